using Strata.Recordings;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A worker's view of the recordings that says when something is to be written, and waits.</summary>
internal sealed class PausingRecordings(IRecordingStore recordings, TaskCompletionSource reached, Task resume) : RecordingStoreDecorator(recordings)
{
    public override async Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken)
    {
        reached.TrySetResult();
        await resume.WaitAsync(cancellationToken);
        return await base.WriteAllAsync(files, cancellationToken);
    }
}
