using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Recordings;

/// <summary>Files that stay where they are, and how it is noticed that they changed. Source: DESIGN §4.1.</summary>
internal sealed class References
{
    /// <summary>Holds the footer of nearly every recording, which changes with anything that is written.</summary>
    private const int TailBytes = 64 * 1024;

    private readonly CheckedReferences _checked = new();

    public static KeptFile Keep(string path, SourceStamp stamp) => Keep(new SourceSight(path, stamp, TailOf(path)));

    public static KeptFile Keep(SourceSight seen) => new(new(KeepMode.Reference, seen.Path, seen.Stamp.ModifiedAtNs, seen.TailSha256), seen.Stamp.SizeBytes, FileSha256: null);

    /// <exception cref="RecordingMissingException">The file is not there any more.</exception>
    /// <exception cref="RecordingChangedException">It is not what was registered.</exception>
    public void Check(KeptBytes kept)
    {
        var stamp = StampOf(kept);
        if (kept.TailSha256 is not { } tail || _checked.Knows(kept.Location, tail, stamp))
        {
            return;
        }

        RequireTail(kept, tail, stamp);
        _checked.Remember(kept.Location, tail, stamp);
    }

    /// <inheritdoc cref="Check"/>
    /// <remarks>Whatever was found before.</remarks>
    public static void CheckAnew(KeptBytes kept)
    {
        var stamp = StampOf(kept);
        if (kept.TailSha256 is { } tail)
        {
            RequireTail(kept, tail, stamp);
        }
    }

    public static RecordingChangedException Changed(KeptBytes kept, SourceStamp now) => new(
        kept.Location,
        $"its size or its last {TailBytes / 1024} KiB are not those registered (now {now.SizeBytes} bytes, modified {Time(now.ModifiedAtNs)}; registered as modified {Time(kept.ModifiedAtNs)})");

    /// <summary>SHA-256 of the file's length (8 bytes, little-endian) and its last bytes: a file of another length never has the same.</summary>
    public static async ValueTask<Sha256Digest> TailOfAsync(IRandomAccessBytes file, CancellationToken cancellationToken)
    {
        var size = (int)Math.Min(file.Length, TailBytes);
        var tail = await file.ReadAsync(file.Length - size, size, cancellationToken).ConfigureAwait(false);
        return TailOf(file.Length, tail.Span);
    }

    private static SourceStamp StampOf(KeptBytes kept) => Stamps.TryOf(kept.Location)
        ?? throw new RecordingMissingException(kept.Location, "the referenced file is not there any more; bring it back, or register a copy and replace the layer");

    private static void RequireTail(KeptBytes kept, Sha256Digest tail, SourceStamp stamp)
    {
        if (TailOf(kept.Location) != tail)
        {
            throw Changed(kept, stamp);
        }
    }

    private static Sha256Digest TailOf(long length, ReadOnlySpan<byte> tail)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> lengthBytes = stackalloc byte[sizeof(long)];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64LittleEndian(lengthBytes, length);
        hash.AppendData(lengthBytes);
        hash.AppendData(tail);
        hash.GetHashAndReset(digest);
        return Sha256Digest.FromBytes(digest);
    }

    private static Sha256Digest TailOf(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var size = (int)Math.Min(length, TailBytes);
        var rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var filled = 0;
            for (int read; filled < size && (read = RandomAccess.Read(file, rented.AsSpan(filled, size - filled), length - size + filled)) > 0; filled += read)
            {
            }

            return TailOf(length, rented.AsSpan(0, filled));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static string Time(long? ns) => ns is { } value ? Stamps.ToTime(value).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture) : "at an unknown time";
}
