using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Files of other kinds that a person can turn into a recording: they get the command instead of a place in quarantine.</summary>
internal static class ForeignSource
{
    private const string McapExtension = ".mcap";
    private const string RecordingExtension = ".rrd";

    private static ReadOnlySpan<byte> McapMagic => [0x89, (byte)'M', (byte)'C', (byte)'A', (byte)'P'];

    /// <param name="head">The first bytes of the file.</param>
    /// <returns>Null when the file is of no known other kind.</returns>
    public static InspectedSource.Unusable? Describe(RecordingSource source, ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith(McapMagic))
        {
            return null;
        }

        var (mcap, output) = (Path.ChangeExtension(source.Path, McapExtension), Path.ChangeExtension(source.Path, RecordingExtension));

        // Rerun's converter knows its input by the extension, and must not be told to write over it.
        var rename = Path.GetExtension(source.Path).Equals(McapExtension, StringComparison.OrdinalIgnoreCase) ? "" : $"mv {ShellWord.Of(source.Path)} {ShellWord.Of(mcap)} && ";
        var input = rename.Length == 0 ? source.Path : mcap;
        return new(source, SourceFault.Foreign, $"'{source.Path}' is an MCAP file, not an .rrd; convert it first: {rename}rerun mcap convert {ShellWord.Of(input)} -o {ShellWord.Of(output)}");
    }
}
