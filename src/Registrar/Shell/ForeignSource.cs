using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Files of other kinds that a person can turn into a recording: they get the command instead of a place in quarantine.</summary>
internal static class ForeignSource
{
    private static ReadOnlySpan<byte> McapMagic => [0x89, (byte)'M', (byte)'C', (byte)'A', (byte)'P'];

    /// <param name="head">The first bytes of the file.</param>
    /// <returns>Null when the file is of no known other kind.</returns>
    public static InspectedSource.Unusable? Describe(RecordingSource source, ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith(McapMagic))
        {
            return null;
        }

        var output = Path.ChangeExtension(source.Path, ".rrd");
        return new(source, SourceFault.Foreign, $"'{source.Path}' is an MCAP file, not an .rrd; convert it first: rerun mcap convert {Quoted(source.Path)} -o {Quoted(output)}");
    }

    /// <summary>Ready to be pasted into a shell.</summary>
    private static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+=:@,".Contains(c, StringComparison.Ordinal)) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
