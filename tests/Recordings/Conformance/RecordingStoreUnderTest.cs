using Strata.TestSupport;

namespace Strata.Recordings.Tests;

/// <summary>An adapter over an empty place of its own, and what happens to that place behind its back.</summary>
public abstract class RecordingStoreUnderTest : IAsyncDisposable
{
    internal TestFolder Folder { get; } = new();

    public abstract IRecordingStore Store { get; }

    /// <summary>Another adapter over the same place, as a second process has it.</summary>
    /// <param name="admission">What it asks before it uses the place; null: nobody.</param>
    public abstract IRecordingStore OpenAnother(IStoreAdmission? admission = null);

    /// <summary>The names of all files in the place, whoever wrote them.</summary>
    public abstract Task<IReadOnlyList<string>> NamesAsync();

    public abstract Task RemoveAsync(string location);

    public abstract Task OverwriteAsync(string location, byte[] bytes);

    /// <summary>Skips the test where the time of a file cannot be chosen.</summary>
    public abstract void Age(string location, TimeSpan age);

    /// <summary>What a process leaves behind that is killed while it writes.</summary>
    public abstract Task LeaveUnfinishedAsync();

    /// <summary>A file of somebody else among those of the store.</summary>
    public Task PutForeignAsync() => OverwriteAsync("recordings/notes.txt", [1, 2, 3]);

    public virtual ValueTask DisposeAsync()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
