using Strata.Recordings;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A recording store whose writes fail when the test says so.</summary>
internal sealed class FaultyWrites(IRecordingStore recordings, Action beforeWrite) : RecordingStoreDecorator(recordings)
{
    public override Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken)
    {
        beforeWrite();
        return base.WriteAllAsync(files, cancellationToken);
    }
}
