using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Catalog.Reading;

/// <summary>The file that is being read. Spans come file by file, so that one is open at a time, however many a client asks for.</summary>
internal sealed class OpenedFiles(IRecordingStore recordings) : IDisposable
{
    /// <summary>To look whether a file is there waits for an object store to answer, and costs neither of the two much.</summary>
    private const int ParallelLooks = 16;

    private KeptBytes? _file;
    private IOpenRecording? _open;

    /// <summary>Opens each file once, so that what is missing or changed is told before the first byte of an answer.</summary>
    public Task RequireAllAsync(IEnumerable<KeptBytes> files, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        files.Distinct(),
        new ParallelOptions { MaxDegreeOfParallelism = ParallelLooks, CancellationToken = cancellationToken },
        async (file, token) => (await recordings.OpenAsync(file, token)).Dispose());

    public async ValueTask<IOpenRecording> OpenAsync(KeptBytes file, CancellationToken cancellationToken)
    {
        if (_open is null || _file != file)
        {
            Dispose();
            _open = await recordings.OpenAsync(file, cancellationToken);
            _file = file;
        }

        return _open;
    }

    public void Dispose()
    {
        _open?.Dispose();
        _open = null;
    }
}
