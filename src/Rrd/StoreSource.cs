using System.Text;
using Google.Protobuf;

namespace Strata.Rrd;

/// <summary>Which program made a store, in words. Source: rrd-format §2.5.</summary>
/// <param name="Kind">Number of the wire: 1 C, 2 Python, 3 Rust, 4 file, 5 viewer, 6 other; 0 when it is not said.</param>
/// <param name="Description">For people: <c>Python 3.11.4</c>, or the text of an "other" source.</param>
public sealed record StoreSource(int Kind, string Description)
{
    /// <summary>No program is told.</summary>
    public static StoreSource Unknown { get; } = new((int)Wire.StoreSourceKind.Unspecified, "unknown");

    /// <summary>A program in words, kind 6.</summary>
    public static StoreSource Other(string description) => new((int)Wire.StoreSourceKind.Other, description);

    internal static StoreSource From(Wire.StoreSource source)
    {
        var extra = source.Extra?.Payload ?? ByteString.Empty;
        try
        {
            return new StoreSource((int)source.Kind, source.Kind switch
            {
                Wire.StoreSourceKind.CSdk => "C/C++ SDK",
                Wire.StoreSourceKind.PythonSdk => Python(Wire.PythonVersion.Parser.ParseFrom(extra)),
                Wire.StoreSourceKind.RustSdk => $"Rust {Wire.CrateInfo.Parser.ParseFrom(extra).RustcVersion}",
                Wire.StoreSourceKind.File => "file",
                Wire.StoreSourceKind.Viewer => "viewer",
                Wire.StoreSourceKind.Other => Encoding.UTF8.GetString(extra.Span),
                _ => Unknown.Description,
            });
        }
        catch (Exception e) when (WireMessage.IsMalformed(e))
        {
            // The extra is decoration; that it cannot be read is no reason to refuse a store.
            return new StoreSource((int)source.Kind, source.Kind.ToString());
        }
    }

    private static string Python(Wire.PythonVersion version) => $"Python {version.Major}.{version.Minor}.{version.Patch}{version.Suffix}";
}
