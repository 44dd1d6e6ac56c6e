using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>What of two recordings is compared.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Timelines that do not count: neither their values nor whether they are there. <c>log_time</c> never counts, as in Rerun.</summary>
    public IReadOnlySet<string> IgnoredTimelines { get; init; } = new HashSet<string>();

    /// <summary>Whether the order of chunks does not count.</summary>
    public bool Unordered { get; init; }
}

/// <summary>A difference between two recordings.</summary>
/// <param name="What">What differs, for people.</param>
/// <param name="EntityPath">Null when it is not about one entity.</param>
/// <param name="Left">What the first one has.</param>
/// <param name="Right">What the second one has.</param>
public sealed record RecordingDifference(string? EntityPath, string What, string Left, string Right);

/// <summary>
/// Whether two recordings say the same, chunk by chunk: ids do not count, nor chunks without rows or components, nor static values that later ones hide. Of each
/// recording one chunk lies in memory at a time, and of the others a digest. As <c>rerun rrd compare</c>: blueprints are not compared, application ids must be equal, recording ids need not be.
/// </summary>
public static class RecordingComparison
{
    private const string LogTime = "log_time";

    /// <returns>Empty when they are equal.</returns>
    /// <exception cref="RrdFormatException">A chunk cannot be read, or its values unfold to more than <see cref="ValueBudget"/> lets any file ask for.</exception>
    public static async Task<IReadOnlyList<RecordingDifference>> RunAsync(RrdReader left, RrdReader right, ComparisonOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(options);
        var differences = new List<RecordingDifference>();
        var described = new ValueBudget();
        foreach (var (one, other) in Pairs(left, right, differences))
        {
            if (one.Id.ApplicationId != other.Id.ApplicationId)
            {
                differences.Add(new RecordingDifference(null, "application id", one.Id.ApplicationId, other.Id.ApplicationId));
                continue;
            }
            // They have nothing to do with each other until both are read.
            var sides = await Task.WhenAll(
                Task.Run(() => SideAsync(left, one, options, cancellationToken), cancellationToken),
                Task.Run(() => SideAsync(right, other, options, cancellationToken), cancellationToken)).ConfigureAwait(false);
            differences.AddRange(await (options.Unordered
                ? UnorderedAsync(sides[0], sides[1], described, options, cancellationToken)
                : OrderedAsync(sides[0], sides[1], described, options, cancellationToken)).ConfigureAwait(false));
        }
        return differences;
    }

    // One recording each: whatever their ids. Several: by their ids.
    private static List<(RrdStore One, RrdStore Other)> Pairs(RrdReader left, RrdReader right, List<RecordingDifference> differences)
    {
        var (ours, theirs) = (left.Contents.Recordings.ToList(), right.Contents.Recordings.ToList());
        if (ours.Count == 1 && theirs.Count == 1)
        {
            return [(ours[0], theirs[0])];
        }
        var pairs = ours.Join(theirs, store => store.Id, store => store.Id, (one, other) => (one, other)).ToList();
        var common = pairs.Select(pair => pair.one.Id).ToHashSet();
        differences.AddRange(ours.Where(store => !common.Contains(store.Id)).Select(store => new RecordingDifference(null, "recording", $"{store.Id}", "none")));
        differences.AddRange(theirs.Where(store => !common.Contains(store.Id)).Select(store => new RecordingDifference(null, "recording", "none", $"{store.Id}")));
        return pairs;
    }

    private static async Task<List<ComparedChunk>> SideAsync(RrdReader reader, RrdStore store, ComparisonOptions options, CancellationToken cancellationToken)
    {
        var budget = new ValueBudget();
        using var digest = new ChunkDigest(budget);
        var hidden = await HiddenStatics.FindAsync(reader, store, budget, cancellationToken).ConfigureAwait(false);
        var (chunks, seen) = (new List<ComparedChunk>(), new HashSet<Tuid>());
        foreach (var entry in store.Manifest.Entries.Where(entry => !hidden.Contains(entry.Index) && seen.Add(entry.Id)))
        {
            var chunk = await reader.ReadChunkAsync(entry, cancellationToken).ConfigureAwait(false);
            if (chunk.NumRows > 0 && chunk.Components.Count > 0)
            {
                budget.Earn(entry.ByteSize);
                chunks.Add(new ComparedChunk(reader, entry, Bounded(entry, () => digest.Of(ChunkRows.SortedByRowId(chunk, budget), name => Counts(name, options)))));
            }
        }
        return chunks;
    }

    // What the budget refuses has no place in the bytes; its chunk has.
    internal static T Bounded<T>(ChunkEntry entry, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (ArrowFormatException e)
        {
            throw new RrdFormatException(entry.ByteOffset, $"in a chunk of {entry.EntityPath} {e.Expected}", e.Found, "Leave the chunk out, or write it again without what is shared in it.", e);
        }
    }

    private static bool Counts(string timeline, ComparisonOptions options) => timeline != LogTime && !options.IgnoredTimelines.Contains(timeline);

    private static async Task<List<RecordingDifference>> OrderedAsync(List<ComparedChunk> left, List<ComparedChunk> right, ValueBudget budget, ComparisonOptions options, CancellationToken cancellationToken)
    {
        var differences = new List<RecordingDifference>();
        for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            var (one, other) = (i < left.Count ? left[i] : null, i < right.Count ? right[i] : null);
            if (one?.Digest != other?.Digest)
            {
                differences.Add(await DescribeAsync(one, other, budget, options, cancellationToken).ConfigureAwait(false));
            }
        }
        return differences;
    }

    private static async Task<List<RecordingDifference>> UnorderedAsync(List<ComparedChunk> left, List<ComparedChunk> right, ValueBudget budget, ComparisonOptions options, CancellationToken cancellationToken)
    {
        var waiting = right.GroupBy(chunk => chunk.Digest).ToDictionary(group => group.Key, group => new Queue<ComparedChunk>(group));
        var unmatched = left.Where(chunk => !(waiting.TryGetValue(chunk.Digest, out var same) && same.TryDequeue(out _))).ToList();
        var others = waiting.Values.SelectMany(chunks => chunks).OrderBy(chunk => chunk.Entry.Index).ToList();
        var differences = new List<RecordingDifference>();
        foreach (var chunk in unmatched)
        {
            // What is left of the same entity with as many rows is most likely what it should have been.
            var other = others.Find(o => o.Entry.EntityPath == chunk.Entry.EntityPath && o.Entry.NumRows == chunk.Entry.NumRows)
                ?? others.Find(o => o.Entry.EntityPath == chunk.Entry.EntityPath);
            if (other is not null)
            {
                others.Remove(other);
            }
            differences.Add(await DescribeAsync(chunk, other, budget, options, cancellationToken).ConfigureAwait(false));
        }
        foreach (var other in others)
        {
            differences.Add(await DescribeAsync(null, other, budget, options, cancellationToken).ConfigureAwait(false));
        }
        return differences;
    }

    private static async Task<RecordingDifference> DescribeAsync(ComparedChunk? left, ComparedChunk? right, ValueBudget budget, ComparisonOptions options, CancellationToken cancellationToken)
    {
        if (left is null || right is null)
        {
            var there = left ?? right!;
            var words = $"{there.Entry.Id.ToChunkId()} with {there.Entry.NumRows} rows";
            return new RecordingDifference(there.Entry.EntityPath.ToString(), "chunk", left is null ? "none" : words, right is null ? "none" : words);
        }
        var one = await left.Reader.ReadChunkAsync(left.Entry, cancellationToken).ConfigureAwait(false);
        var other = await right.Reader.ReadChunkAsync(right.Entry, cancellationToken).ConfigureAwait(false);
        budget.Earn(left.Entry.ByteSize + right.Entry.ByteSize);
        return Bounded(left.Entry, () => ChunkDifference.Find(one, other, name => Counts(name, options), budget));
    }

    private sealed record ComparedChunk(RrdReader Reader, ChunkEntry Entry, string Digest);
}
