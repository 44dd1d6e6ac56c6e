namespace Strata.Recordings.Tests;

/// <summary>
/// A disk that keeps account of what a power cut would take: bytes that were not flushed, and names in folders that were not. It flushes nothing itself, since only
/// the order counts.
/// </summary>
internal sealed class ObservedDisk : IDisk
{
    private readonly LocalDisk _disk = new();
    private readonly Lock _lock = new();
    private readonly HashSet<string> _bytesAtRisk = new(StringComparer.Ordinal);
    private readonly HashSet<string> _namesAtRisk = new(StringComparer.Ordinal);
    private readonly List<string> _namedTooEarly = [];
    private readonly List<string> _flushes = [];

    /// <summary>What whoever writes a new file gets in its place.</summary>
    public Func<Stream, Stream> Opened { get; init; } = static file => file;

    /// <summary>As of a disk that breaks down in the middle.</summary>
    public bool RefusesFolders { get; set; }

    /// <summary>Files that got their last name while their bytes were at risk.</summary>
    public IReadOnlyList<string> NamedTooEarly
    {
        get
        {
            lock (_lock)
            {
                return [.. _namedTooEarly];
            }
        }
    }

    /// <summary><c>file</c>, <c>folder</c> or <c>file system</c>, in their order.</summary>
    public IReadOnlyList<string> Flushes
    {
        get
        {
            lock (_lock)
            {
                return [.. _flushes];
            }
        }
    }

    /// <summary>Whether a file would be there, whole and under this name, after a power cut now.</summary>
    public bool Survives(string path)
    {
        lock (_lock)
        {
            return File.Exists(path) && !_bytesAtRisk.Contains(path) && AndAbove(path).All(p => !_namesAtRisk.Contains(p));
        }
    }

    public Stream Create(string path) => Opened(new WrittenFile(this, path));

    public void Copy(string source, string target)
    {
        _disk.Copy(source, target);
        Written(target);
    }

    public void CreateFolder(string folder)
    {
        lock (_lock)
        {
            _namesAtRisk.UnionWith(AndAbove(folder).TakeWhile(f => !Directory.Exists(f)));
            _disk.CreateFolder(folder);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            if (_bytesAtRisk.Remove(from))
            {
                _bytesAtRisk.Add(to);
                _namedTooEarly.Add(to);
            }

            _namesAtRisk.Add(to);
            _disk.Rename(from, to);
        }
    }

    public void FlushFile(string path) => Flush("file", () => _bytesAtRisk.Remove(path));

    public void FlushFolder(string folder)
    {
        if (RefusesFolders)
        {
            throw new IOException("Input/output error");
        }

        Flush("folder", () => _namesAtRisk.RemoveWhere(p => Path.GetDirectoryName(p) == folder));
    }

    public void FlushFileSystem(string folder) => Flush("file system", () =>
    {
        _bytesAtRisk.Clear();
        _namesAtRisk.Clear();
    });

    private void Flush(string what, Action flush)
    {
        lock (_lock)
        {
            _flushes.Add(what);
            flush();
        }
    }

    private void Written(string path)
    {
        lock (_lock)
        {
            _bytesAtRisk.Add(path);
        }
    }

    private static IEnumerable<string> AndAbove(string path)
    {
        for (var at = path; at is not null; at = Path.GetDirectoryName(at))
        {
            yield return at;
        }
    }

    private sealed class WrittenFile(ObservedDisk disk, string path) : FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0)
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
            {
                disk.Written(Name);
            }
        }
    }
}
