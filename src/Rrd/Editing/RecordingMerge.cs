namespace Strata.Rrd.Editing;

/// <summary>
/// All stores of several recordings in one file: those of one identity (kind, application id, recording id) become one. A chunk that is in several inputs is
/// written once. Old chunks are brought to today's form, all others keep their bytes, order and ids.
/// </summary>
public static class RecordingMerge
{
    /// <exception cref="RecordingInputException">An input cannot be read, and nobody said to go on.</exception>
    public static Task<EditingReport> RunAsync(IReadOnlyList<RecordingInput> inputs, Stream output, EditingOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(options);
        return new RecordingRewriter(output, options, new KeepChunks()).RunAsync(inputs, cancellationToken);
    }
}
