namespace Strata.Rrd.Editing;

/// <summary>
/// Many tiny chunks become few of a good size, and very large ones are split: a reader pays for each chunk and for each byte of a chunk that it does not need.
/// Rows keep their ids, times and values; static chunks stay as they are. As <c>rerun rrd optimize</c>, without its rebatching of videos.
/// </summary>
public static class RecordingOptimizer
{
    /// <exception cref="RecordingInputException">An input cannot be read, and nobody said to go on.</exception>
    public static Task<EditingReport> RunAsync(IReadOnlyList<RecordingInput> inputs, Stream output, CompactionLimits limits, EditingOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(options);
        return new RecordingRewriter(output, options, new ChunkCompactor(limits)).RunAsync(inputs, cancellationToken);
    }
}
