namespace Strata.Rrd.Editing;

/// <summary>
/// Many tiny chunks become few of a good size, and very large ones are split: a reader pays for each chunk and for each byte of a chunk that it does not need.
/// Rows keep their ids, times and values; static chunks are not joined or cut. One pass is where the further passes of Rerun's program end, too: chunks that follow each other
/// and fit into one are one already. As <c>rerun rrd optimize</c>, without its rebatching of videos.
/// </summary>
public static class RecordingOptimizer
{
    /// <exception cref="ArgumentOutOfRangeException">The ratio is below 1, or no number.</exception>
    /// <exception cref="RecordingInputException">An input cannot be read, and nobody said to go on.</exception>
    public static Task<EditingReport> RunAsync(IReadOnlyList<RecordingInput> inputs, Stream output, CompactionLimits limits, EditingOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(options);
        if (limits.SplitSizeRatio is { } given && !(given >= 1 && double.IsFinite(given)))
        {
            throw new ArgumentOutOfRangeException(nameof(limits), given, "Expected a ratio of sizes of at least 1.");
        }
        IChunkStep step = limits.SplitSizeRatio is { } ratio ? new SplitAndCompact(limits, ratio) : new ChunkCompactor(limits);
        return new RecordingRewriter(output, options, step).RunAsync(inputs, cancellationToken);
    }
}
