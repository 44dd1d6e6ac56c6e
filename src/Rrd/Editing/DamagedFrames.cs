using System.Runtime.CompilerServices;

namespace Strata.Rrd.Editing;

/// <summary>The messages of a file as they are framed, also those behind bytes that are none. Source: rrd-format §1.3, §10.1.</summary>
internal static class DamagedFrames
{
    /// <param name="found">Is told of all that is skipped.</param>
    /// <exception cref="RrdFormatException">The first header is none of a supported recording.</exception>
    public static async IAsyncEnumerable<RrdFrame> ReadAsync(IRandomAccessBytes source, FindingList found, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var salvage = new SalvageReader(source, new FindingList());
        var cursor = new RandomAccessCursor(source, 0, source.Length);
        var frames = new FrameReader(cursor, found);
        while (true)
        {
            while (await frames.NextAsync(cancellationToken).ConfigureAwait(false) is { } frame)
            {
                yield return frame;
            }
            var damage = cursor.Position;
            var next = damage < source.Length ? await salvage.FindNextAsync(damage + 1, cancellationToken).ConfigureAwait(false) : damage;
            if (next >= source.Length)
            {
                yield break;
            }
            found.Add(damage, RrdRules.Garbage, $"{next - damage} bytes are no message; the next whole one is at byte {next}, which strata rrd recover keeps");
            cursor = new RandomAccessCursor(source, next, source.Length);
            var header = frames.Header;
            frames = new FrameReader(cursor, found);
            frames.Resume(header, 0);
        }
    }
}
