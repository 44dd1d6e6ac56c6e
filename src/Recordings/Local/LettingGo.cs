namespace Strata.Recordings;

/// <param name="taken">The exclusive lock.</param>
internal sealed class LettingGo(ContentFolder content, FileStream taken) : ILettingGo
{
    public void Mark()
    {
        taken.SetLength(1);
        taken.Flush(flushToDisk: true);
    }

    public bool Remove(StoredFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return content.Remove(file);
    }

    public void Unmark() => taken.SetLength(0);

    public void Dispose() => taken.Dispose();
}
