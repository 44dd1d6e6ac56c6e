namespace Strata.EventStore;

/// <summary>Remembers that there was no room for the last append: reads go on meanwhile, so nothing else tells. Safe for concurrent use.</summary>
internal sealed class AppendRoom
{
    private volatile string? _refusal;

    /// <summary>What the last append was refused with for want of room; null: none was, or one was kept since.</summary>
    public string? Refusal => _refusal;

    public async Task<AppendResult> WatchAsync(Task<AppendResult> append)
    {
        try
        {
            var result = await append.ConfigureAwait(false);
            if (result is AppendResult.Appended)
            {
                _refusal = null;
            }

            return result;
        }
        catch (LogStorageException refused) when (refused.IsFull)
        {
            _refusal = refused.Message;
            throw;
        }
    }
}
