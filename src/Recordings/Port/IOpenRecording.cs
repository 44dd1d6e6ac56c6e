using Strata.Rrd;

namespace Strata.Recordings;

/// <summary>An open recording file; reads are positional and may run side by side.</summary>
public interface IOpenRecording : IRandomAccessBytes, IDisposable
{
    /// <summary>A URL at which whoever has it reads the file by HTTP, from any machine; null where it lies on a disk.</summary>
    /// <param name="lasting">For so long it is good.</param>
    /// <remarks>What is read there is what lies there then: whether it was still the same, opening it again tells.</remarks>
    /// <exception cref="RecordingStorageException">The store cannot be asked for one.</exception>
    ValueTask<Uri?> ShareAsync(TimeSpan lasting, CancellationToken cancellationToken) => ValueTask.FromResult<Uri?>(null);
}
