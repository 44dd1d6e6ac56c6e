using Strata.Rrd;

namespace Strata.Registrar;

/// <summary>Files of other kinds that a person can turn into a recording: they get the command instead of a place in quarantine.</summary>
internal static class ForeignSource
{
    private static ReadOnlySpan<byte> McapMagic => [0x89, (byte)'M', (byte)'C', (byte)'A', (byte)'P'];

    /// <returns>Null when the file is of no known other kind.</returns>
    public static async Task<InspectedSource.Unusable?> DescribeAsync(Recordings.RecordingSource source, IRandomAccessBytes bytes, CancellationToken cancellationToken)
    {
        var head = await bytes.ReadAsync(0, McapMagic.Length, cancellationToken);
        if (!head.Span.SequenceEqual(McapMagic))
        {
            return null;
        }

        var output = Path.ChangeExtension(source.Path, ".rrd");
        return new(source, $"'{source.Path}' is an MCAP file, not an .rrd; convert it first: rerun mcap convert {Quoted(source.Path)} -o {Quoted(output)}");
    }

    /// <summary>Ready to be pasted into a shell.</summary>
    private static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+=:@,".Contains(c, StringComparison.Ordinal)) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
