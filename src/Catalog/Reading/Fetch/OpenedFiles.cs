using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Catalog.Reading;

/// <summary>The file that is being read. Spans come file by file, so that one is open at a time, however many a client asks for.</summary>
internal sealed class OpenedFiles(IRecordingStore recordings) : IDisposable
{
    private KeptBytes? _file;
    private IOpenRecording? _open;

    /// <summary>Opens each file once, so that what is missing or changed is told before the first byte of an answer.</summary>
    public void RequireAll(IEnumerable<KeptBytes> files)
    {
        foreach (var file in files.Distinct())
        {
            Open(file);
        }
    }

    public IOpenRecording Open(KeptBytes file)
    {
        if (_open is null || _file != file)
        {
            Dispose();
            _open = recordings.Open(file);
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
