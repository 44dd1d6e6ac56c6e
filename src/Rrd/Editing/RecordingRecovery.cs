namespace Strata.Rrd.Editing;

/// <summary>Bytes of a damaged file that are lost.</summary>
/// <param name="Offset">Of the first lost byte, from the start of the file.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Reason">What stood there instead of a message.</param>
public sealed record LostRange(long Offset, long Length, string Reason);

/// <summary>What was saved of a damaged file.</summary>
/// <param name="Editing">What was written.</param>
/// <param name="Lost">Bytes that hold no whole message; of very many the first.</param>
/// <param name="LostBytes">Of all of them.</param>
public sealed record RecoveryReport(EditingReport Editing, IReadOnlyList<LostRange> Lost, long LostBytes);

/// <summary>
/// A sound file of what is whole in a cut or damaged one: every chunk that can be decoded, wherever it lies, under a fresh footer. There are no checksums on
/// chunks: one whose values were damaged and still decode is kept.
/// </summary>
public static class RecordingRecovery
{
    /// <exception cref="RecordingInputException">There is nothing of a recording in it.</exception>
    public static async Task<RecoveryReport> RunAsync(string name, IRandomAccessBytes source, Stream output, EditingOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(options);
        var findings = new FindingList();
        var reader = new SalvageReader(source, findings);
        var rewriter = new RecordingRewriter(output, options with { ContinueOnError = true }, new KeepChunks());
        var messages = 0L;
        await ReadAhead.ForEachAsync(reader.ReadAsync(cancellationToken), options.ReadsAhead, async message =>
        {
            messages++;
            await rewriter.TakeAsync(name, message, cancellationToken).ConfigureAwait(false);
            options.BytesRead?.Report(message.Offset);
        }, cancellationToken).ConfigureAwait(false);
        if (messages == 0)
        {
            var head = await source.ReadAsync(0, StreamHeader.Size, cancellationToken).ConfigureAwait(false);
            throw new RecordingInputException(name, new RrdFormatException(0, "at least one whole message of a recording", head.IsEmpty ? "no bytes at all" : ForeignFile.Describe(head.Span), ForeignFile.Advise(head.Span)));
        }
        return new RecoveryReport(await rewriter.FinishAsync(source.Length, cancellationToken).ConfigureAwait(false), reader.Lost, reader.LostBytes);
    }
}
