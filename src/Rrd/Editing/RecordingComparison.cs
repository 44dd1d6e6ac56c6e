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
    /// <exception cref="RrdFormatException">A chunk cannot be read.</exception>
    public static async Task<IReadOnlyList<RecordingDifference>> RunAsync(RrdReader left, RrdReader right, ComparisonOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(options);
        var differences = new List<RecordingDifference>();
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
                ? UnorderedAsync(sides[0], sides[1], options, cancellationToken)
                : OrderedAsync(sides[0], sides[1], options, cancellationToken)).ConfigureAwait(false));
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
        differences.AddRange(ours.Where(store => theirs.TrueForAll(other => other.Id != store.Id)).Select(store => new RecordingDifference(null, "recording", $"{store.Id}", "none")));
        differences.AddRange(theirs.Where(store => ours.TrueForAll(other => other.Id != store.Id)).Select(store => new RecordingDifference(null, "recording", "none", $"{store.Id}")));
        return pairs;
    }

    private static async Task<List<ComparedChunk>> SideAsync(RrdReader reader, RrdStore store, ComparisonOptions options, CancellationToken cancellationToken)
    {
        using var digest = new ChunkDigest();
        var hidden = await HiddenStatics.FindAsync(reader, store, cancellationToken).ConfigureAwait(false);
        var (chunks, seen) = (new List<ComparedChunk>(), new HashSet<Tuid>());
        foreach (var entry in store.Manifest.Entries.Where(entry => !hidden.Contains(entry.Index) && seen.Add(entry.Id)))
        {
            var chunk = await reader.ReadChunkAsync(entry, cancellationToken).ConfigureAwait(false);
            if (chunk.NumRows > 0 && chunk.Components.Count > 0)
            {
                chunk = chunk.IsSortedByRowId ? chunk : ChunkRows.SortedByRowId(chunk);
                chunks.Add(new ComparedChunk(reader, entry, digest.Of(chunk, name => Counts(name, options))));
            }
        }
        return chunks;
    }

    private static bool Counts(string timeline, ComparisonOptions options) => timeline != LogTime && !options.IgnoredTimelines.Contains(timeline);

    private static async Task<List<RecordingDifference>> OrderedAsync(List<ComparedChunk> left, List<ComparedChunk> right, ComparisonOptions options, CancellationToken cancellationToken)
    {
        var differences = new List<RecordingDifference>();
        for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            var (one, other) = (i < left.Count ? left[i] : null, i < right.Count ? right[i] : null);
            if (one?.Digest != other?.Digest)
            {
                differences.Add(await DescribeAsync(one, other, options, cancellationToken).ConfigureAwait(false));
            }
        }
        return differences;
    }

    private static async Task<List<RecordingDifference>> UnorderedAsync(List<ComparedChunk> left, List<ComparedChunk> right, ComparisonOptions options, CancellationToken cancellationToken)
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
            differences.Add(await DescribeAsync(chunk, other, options, cancellationToken).ConfigureAwait(false));
        }
        foreach (var other in others)
        {
            differences.Add(await DescribeAsync(null, other, options, cancellationToken).ConfigureAwait(false));
        }
        return differences;
    }

    private static async Task<RecordingDifference> DescribeAsync(ComparedChunk? left, ComparedChunk? right, ComparisonOptions options, CancellationToken cancellationToken)
    {
        if (left is null || right is null)
        {
            var there = left ?? right!;
            var words = $"{there.Entry.Id.ToChunkId()} with {there.Entry.NumRows} rows";
            return new RecordingDifference(there.Entry.EntityPath.ToString(), "chunk", left is null ? "none" : words, right is null ? "none" : words);
        }
        return ChunkDifference.Find(
            await left.Reader.ReadChunkAsync(left.Entry, cancellationToken).ConfigureAwait(false),
            await right.Reader.ReadChunkAsync(right.Entry, cancellationToken).ConfigureAwait(false),
            name => Counts(name, options));
    }

    private sealed record ComparedChunk(RrdReader Reader, ChunkEntry Entry, string Digest);
}
