using System.Security.Cryptography;
using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>The first thing in which two chunks differ, in words.</summary>
internal static class ChunkDifference
{
    private const string Same = "the same in another place";

    /// <exception cref="ArrowFormatException">The budget is spent.</exception>
    public static RecordingDifference Find(Chunk left, Chunk right, Func<string, bool> counts, ValueBudget budget)
    {
        using var values = new ArrayHash(budget);
        if (left.EntityPath != right.EntityPath)
        {
            return new RecordingDifference(null, "chunk", Words(left), Words(right));
        }
        var (timelines, others) = (Timelines(left, counts), Timelines(right, counts));
        return Names("timelines", left, timelines.Select(t => $"{t.Name} ({t.Kind})"), others.Select(t => $"{t.Name} ({t.Kind})"))
            ?? Names("components", left, left.Components.Select(Words), right.Components.Select(Words))
            ?? Different(left, "rows", $"{left.NumRows}", $"{right.NumRows}")
            ?? timelines.Zip(others).Select(pair => Values(values, left, pair.First.Name, pair.First.Array, pair.Second.Array)).FirstOrDefault(difference => difference is not null)
            ?? left.Components.Zip(right.Components).Select(pair => Values(values, left, pair.First.Descriptor.Component, pair.First.Lists, pair.Second.Lists)).FirstOrDefault(difference => difference is not null)
            ?? new RecordingDifference(left.EntityPath.ToString(), "order of chunks", Words(left), Same);
    }

    private static List<TimeColumn> Timelines(Chunk chunk, Func<string, bool> counts) => [.. chunk.Timelines.Where(timeline => counts(timeline.Name))];

    private static string Words(Chunk chunk) => $"{chunk.EntityPath}: {chunk.Id.ToChunkId()} with {chunk.NumRows} rows";

    private static string Words(ComponentColumn component) => $"{component.Descriptor.Component} ({component.Descriptor.ComponentType ?? component.Lists.DataType.ToString()})";

    private static RecordingDifference? Names(string what, Chunk chunk, IEnumerable<string> left, IEnumerable<string> right) =>
        Different(chunk, what, string.Join(", ", left), string.Join(", ", right));

    private static RecordingDifference? Different(Chunk chunk, string what, string left, string right) =>
        left == right ? null : new RecordingDifference(chunk.EntityPath.ToString(), what, left, right);

    private static RecordingDifference? Values(ArrayHash values, Chunk chunk, string column, IArrowArray left, IArrowArray right)
    {
        if (left.DataType != right.DataType)
        {
            return Different(chunk, $"type of {column}", $"{left.DataType}", $"{right.DataType}");
        }
        return FirstDifferent(values, left, right) is { } row
            ? new RecordingDifference(chunk.EntityPath.ToString(), $"{column} in row {row}", CellText.Of(left, row), CellText.Of(right, row))
            : null;
    }

    // By their hashes: value by value, what a few hundred bytes unfold to never ends.
    private static int? FirstDifferent(ArrayHash values, IArrowArray left, IArrowArray right)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (start, end) = (0, Math.Min(left.Length, right.Length));
        if (AreSame(start, end))
        {
            return null;
        }
        while (end - start > 1)
        {
            var middle = start + ((end - start) / 2);
            (start, end) = AreSame(start, middle) ? (middle, end) : (start, middle);
        }
        return start;

        bool AreSame(int from, int to) => Digest(left, from, to).AsSpan().SequenceEqual(Digest(right, from, to));

        byte[] Digest(IArrowArray array, int from, int to)
        {
            values.Append(hash, array, from, to - from);
            return hash.GetHashAndReset();
        }
    }
}
