using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Brings what a sender sends to disk, within the limits, and tells what it is.</summary>
internal sealed class Reception(UploadOptions options, IUploadTarget target)
{
    private const int BufferBytes = 1 << 18;

    private const string MakeRoom = "free space on the server's disk, then send it again";

    /// <summary>Before anything is read: what was announced is not too large, and there is room for it.</summary>
    /// <param name="size">Of the whole file; null: not announced.</param>
    /// <param name="missing">Bytes of it that are still to come; null: not announced.</param>
    public void RefuseAhead(long? size, long? missing)
    {
        if (size > options.MaxBytes)
        {
            throw TooLarge(string.Create(CultureInfo.InvariantCulture, $"{size} bytes"));
        }

        Directory.CreateDirectory(target.UploadFolder);
        if (missing is { } bytes && DiskFull.IsAhead(target.UploadFolder, bytes))
        {
            throw new UploadRefusedException(
                UploadFault.NoRoom, string.Create(CultureInfo.InvariantCulture, $"there is no room for {bytes} more bytes on the disk of this server; nothing of them was taken in"), MakeRoom);
        }
    }

    /// <summary>To where the file stands, hashing what comes.</summary>
    /// <param name="length">Null: as many bytes as come.</param>
    /// <param name="hash">Null: not needed.</param>
    /// <exception cref="UploadCutException">The sender broke off; what came is written.</exception>
    /// <exception cref="UploadRefusedException">Too much, or no room.</exception>
    public async Task CopyAsync(Stream content, FileStream file, long? length, IncrementalHash? hash, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var left = length ?? long.MaxValue; left > 0;)
            {
                var read = await ReadAsync(content, buffer.AsMemory(0, (int)Math.Min(BufferBytes, left)), length, cancellationToken);
                if (read == 0)
                {
                    return;
                }

                if (file.Position + read > options.MaxBytes)
                {
                    throw TooLarge("more");
                }

                hash?.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
                left -= read;
            }
        }
        catch (IOException e) when (DiskFull.IsCauseOf(e))
        {
            throw NoRoom(e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Of the whole file as it lies on disk.</summary>
    public static async Task<Sha256Digest> HashOfAsync(FileStream file, CancellationToken cancellationToken)
    {
        file.Position = 0;
        return Sha256Digest.FromBytes(await SHA256.HashDataAsync(file, cancellationToken));
    }

    /// <summary>Gives the finished file to the store.</summary>
    /// <exception cref="UploadRefusedException">No room.</exception>
    /// <exception cref="RecordingStorageException">Another trouble of the store.</exception>
    public async Task<AdoptedFile> HandOverAsync(HalfUpload half, Sha256Digest sha256, HalfUploads halves, CancellationToken cancellationToken)
    {
        var size = half.Content.Length;
        half.Finish(halves.NewPath(null));
        try
        {
            return await target.AdoptAsync(new(half.Path, sha256, size), cancellationToken);
        }
        catch (RecordingStorageException e) when (DiskFull.IsCauseOf(e))
        {
            throw NoRoom(e);
        }
    }

    private static async ValueTask<int> ReadAsync(Stream content, Memory<byte> buffer, long? length, CancellationToken cancellationToken)
    {
        try
        {
            var read = await content.ReadAsync(buffer, cancellationToken);
            return read > 0 || length is null ? read : throw new EndOfStreamException(string.Create(CultureInfo.InvariantCulture, $"expected {length} bytes, found fewer"));
        }
        catch (IOException e)
        {
            throw new UploadCutException(e);
        }
    }

    private UploadRefusedException TooLarge(string found) => new(
        UploadFault.TooLarge,
        string.Create(CultureInfo.InvariantCulture, $"expected a file of at most {options.MaxBytes} bytes, found {found}; nothing of it was taken in"),
        "record in shorter segments, or let the server's operator raise Strata__Uploads__MaxBytes");

    private static UploadRefusedException NoRoom(IOException e) => new(UploadFault.NoRoom, $"the disk of this server is full ({e.Message}); nothing of the file stays there", MakeRoom);
}
