using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using Microsoft.Extensions.Logging;

namespace Strata.Recordings;

/// <summary>
/// Blocks of objects on the local disk. Each file holds one block, the object's length and a checksum of both, which is looked at before a process first trusts it: what
/// a power cut left half written is fetched again. Trouble with the disk costs speed and nothing else. Safe for concurrent use.
/// </summary>
internal sealed class BlockCache
{
    /// <summary>A request takes about as long as this many bytes after it; most recordings are smaller and come whole.</summary>
    public const int BlockBytes = 1 << 20;

    /// <summary>Who makes room makes some more, so that not every block that comes looks for one that goes.</summary>
    private const double Kept = 0.9;

    /// <summary>Length of the object and checksum.</summary>
    private const int TrailerBytes = 2 * sizeof(long);

    private const string Unfinished = ".part";

    private readonly string _folder;
    private readonly long _limitBytes;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CachedObject> _objects = new(StringComparer.Ordinal);
    private long _bytes;
    private long _uses;

    public BlockCache(string folder, long limitBytes, ILogger logger)
    {
        (_folder, _limitBytes, _logger) = (folder, limitBytes, logger);
        Load();
    }

    /// <summary>What it takes of the disk.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    public static int BlocksOf(long length) => (int)((length + BlockBytes - 1) / BlockBytes);

    /// <returns>Null: nothing of it is here.</returns>
    public long? LengthOf(string name)
    {
        int? any;
        lock (_lock)
        {
            if (!_objects.TryGetValue(name, out var found) || found.Blocks.Count == 0)
            {
                return null;
            }

            if (found.Length is { } known)
            {
                return known;
            }

            any = found.Blocks.Keys.First();
        }

        return TryVerify(name, any.Value) ? LengthOf(name) : null;
    }

    /// <summary>Fills <paramref name="destination"/> from within a block.</summary>
    /// <returns>False: it is not here, or not whole.</returns>
    public bool TryRead(string name, int block, int offset, Span<byte> destination)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue(name, out var found) || !found.Blocks.TryGetValue(block, out var entry))
            {
                return false;
            }

            entry.LastUse = ++_uses;
        }

        try
        {
            if (!TryVerify(name, block))
            {
                return false;
            }

            using var file = File.OpenHandle(PathOf(name, block), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.Read(file, destination, offset) == destination.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Drop(name, block);
            return false;
        }
    }

    public void Put(string name, int block, ReadOnlySpan<byte> bytes, long objectLength)
    {
        var path = PathOf(name, block);
        var unfinished = string.Create(CultureInfo.InvariantCulture, $"{path}.{Guid.CreateVersion7():N}{Unfinished}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var file = File.OpenHandle(unfinished, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(file, bytes, 0);
                Span<byte> trailer = stackalloc byte[TrailerBytes];
                WriteTrailer(trailer, bytes, objectLength);
                RandomAccess.Write(file, trailer, bytes.Length);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("cache of recordings: cannot keep a block in {Folder}, it will be read from the store again: {Reason}", _folder, e.Message);
            TryDelete(unfinished);
            return;
        }

        lock (_lock)
        {
            var entry = EntryOf(name, block, bytes.Length + TrailerBytes);
            entry.IsWhole = true;
            _objects[name].Length = objectLength;
        }

        MakeRoom();
    }

    /// <summary>Whether somebody saw the object in the store since <paramref name="since"/> (of <see cref="TimeProvider.GetTimestamp"/>).</summary>
    public bool WasSeen(string name, long since)
    {
        lock (_lock)
        {
            return _objects.TryGetValue(name, out var found) && found.SeenAt is { } seen && seen >= since;
        }
    }

    public void See(string name, long at)
    {
        lock (_lock)
        {
            if (_objects.TryGetValue(name, out var found))
            {
                found.SeenAt = at;
            }
        }
    }

    /// <summary>The object is not in the store any more.</summary>
    public void Forget(string name)
    {
        List<int> blocks;
        lock (_lock)
        {
            blocks = _objects.TryGetValue(name, out var found) ? [.. found.Blocks.Keys] : [];
        }

        foreach (var block in blocks)
        {
            Drop(name, block);
        }
    }

    private static void WriteTrailer(Span<byte> trailer, ReadOnlySpan<byte> bytes, long objectLength)
    {
        BinaryPrimitives.WriteInt64LittleEndian(trailer, objectLength);
        var hash = new XxHash64();
        hash.Append(bytes);
        hash.Append(trailer[..sizeof(long)]);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[sizeof(long)..], hash.GetCurrentHashAsUInt64());
    }

    private void Load()
    {
        if (!Directory.Exists(_folder))
        {
            return;
        }

        try
        {
            foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(f => f.LastWriteTimeUtc))
            {
                if (int.TryParse(file.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var block) && file.Directory is { } folder)
                {
                    EntryOf(folder.Name, block, file.Length);
                }
                else if (file.Name.EndsWith(Unfinished, StringComparison.Ordinal))
                {
                    TryDelete(file.FullName);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("cache of recordings: cannot look through {Folder}, what lies there is read from the store again: {Reason}", _folder, e.Message);
        }

        MakeRoom();
    }

    private bool TryVerify(string name, int block)
    {
        lock (_lock)
        {
            if (_objects.TryGetValue(name, out var found) && found.Blocks.TryGetValue(block, out var entry) && entry.IsWhole)
            {
                return true;
            }
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes + TrailerBytes);
        try
        {
            using var file = File.OpenHandle(PathOf(name, block));
            var length = RandomAccess.GetLength(file);
            if (length is >= TrailerBytes and <= BlockBytes + TrailerBytes && RandomAccess.Read(file, buffer.AsSpan(0, (int)length), 0) == length)
            {
                var bytes = buffer.AsSpan(0, (int)length - TrailerBytes);
                var found = buffer.AsSpan(bytes.Length, TrailerBytes);
                var objectLength = BinaryPrimitives.ReadInt64LittleEndian(found);
                Span<byte> expected = stackalloc byte[TrailerBytes];
                WriteTrailer(expected, bytes, objectLength);
                if (found.SequenceEqual(expected))
                {
                    lock (_lock)
                    {
                        EntryOf(name, block, length).IsWhole = true;
                        _objects[name].Length = objectLength;
                    }

                    return true;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogDebug("cache of recordings: block {Block} of {Name} cannot be read: {Reason}", block, name, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Drop(name, block);
        return false;
    }

    /// <summary>Within the lock, or before there is anybody else.</summary>
    private CachedBlock EntryOf(string name, int block, long size)
    {
        if (!_objects.TryGetValue(name, out var found))
        {
            _objects[name] = found = new();
        }

        if (!found.Blocks.TryGetValue(block, out var entry))
        {
            found.Blocks[block] = entry = new();
        }

        _bytes += size - entry.SizeBytes;
        (entry.SizeBytes, entry.LastUse) = (size, ++_uses);
        return entry;
    }

    private void MakeRoom()
    {
        List<(string Name, int Block)> going = [];
        lock (_lock)
        {
            if (_bytes <= _limitBytes)
            {
                return;
            }

            var left = _bytes;
            foreach (var (name, block, entry) in _objects.SelectMany(o => o.Value.Blocks.Select(b => (o.Key, b.Key, b.Value))).OrderBy(b => b.Value.LastUse))
            {
                if (left <= _limitBytes * Kept)
                {
                    break;
                }

                left -= entry.SizeBytes;
                going.Add((name, block));
            }
        }

        foreach (var (name, block) in going)
        {
            Drop(name, block);
        }
    }

    private void Drop(string name, int block)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue(name, out var found) || !found.Blocks.Remove(block, out var entry))
            {
                return;
            }

            _bytes -= entry.SizeBytes;
            if (found.Blocks.Count == 0)
            {
                _objects.Remove(name);
            }
        }

        TryDelete(PathOf(name, block));
    }

    private void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("cache of recordings: cannot delete {Path}: {Reason}", path, e.Message);
        }
    }

    private string PathOf(string name, int block) => Path.Combine(_folder, name[..2], name, block.ToString(CultureInfo.InvariantCulture));

    private sealed class CachedObject
    {
        public Dictionary<int, CachedBlock> Blocks { get; } = [];

        public long? Length { get; set; }

        public long? SeenAt { get; set; }
    }

    private sealed class CachedBlock
    {
        public long SizeBytes { get; set; }

        public long LastUse { get; set; }

        public bool IsWhole { get; set; }
    }
}
