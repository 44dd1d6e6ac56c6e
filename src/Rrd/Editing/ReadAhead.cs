namespace Strata.Rrd.Editing;

/// <summary>Reads and decodes on one core what is worked on next, while another works on what was read before.</summary>
internal static class ReadAhead
{
    // So much is read at a time: less would cost more to hand over than to decode.
    private const long BatchBytes = 1 << 20;

    /// <summary>
    /// Gives <paramref name="messages"/> to <paramref name="take"/> in their order. In memory lie two batches of a megabyte, or of one message when that is larger; what
    /// fits into one is read and worked on by the caller alone.
    /// </summary>
    /// <param name="isAllowed">False: the caller does all of it.</param>
    public static async Task ForEachAsync(IAsyncEnumerable<RecordingMessage> messages, bool isAllowed, Func<RecordingMessage, ValueTask> take, CancellationToken cancellationToken)
    {
        await using var source = messages.GetAsyncEnumerator(cancellationToken);
        for (var batch = await ReadAsync(source).ConfigureAwait(false); ;)
        {
            var next = isAllowed && !batch.IsLast ? Task.Run(() => ReadAsync(source), cancellationToken) : null;
            try
            {
                foreach (var message in batch.Messages)
                {
                    await take(message).ConfigureAwait(false);
                }
            }
            finally
            {
                // Nobody may read from a source that is closed.
                await ((Task?)next ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            if (batch.IsLast)
            {
                return;
            }
            batch = await (next ?? ReadAsync(source)).ConfigureAwait(false);
        }
    }

    private static async Task<Batch> ReadAsync(IAsyncEnumerator<RecordingMessage> source)
    {
        var messages = new List<RecordingMessage>();
        for (var bytes = 0L; bytes < BatchBytes; bytes += messages[^1].Bytes)
        {
            if (!await source.MoveNextAsync().ConfigureAwait(false))
            {
                return new Batch(messages, IsLast: true);
            }
            messages.Add(source.Current);
        }
        return new Batch(messages, IsLast: false);
    }

    private sealed record Batch(List<RecordingMessage> Messages, bool IsLast);
}
