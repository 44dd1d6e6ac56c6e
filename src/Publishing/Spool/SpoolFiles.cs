using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>The bytes that a spool holds on to: content-addressed, under names of its own, so that the originals may go.</summary>
internal sealed class SpoolFiles(string folder, ISpoolDisk disk)
{
    public const string Extension = ".rrd";

    private const string Temporary = ".tmp";

    /// <summary>The database, and whatever else writes on that disk, must not be the first to find it full.</summary>
    private const long ReserveBytes = 1 << 20;

    private const int ReadBytes = 1 << 20;

    /// <returns>Where the bytes lie now, what they are, and how many.</returns>
    /// <exception cref="PublishingException">There is no room, or the file changed meanwhile; nothing is left behind.</exception>
    public (string File, Sha256Digest Sha256, FileStamp Stamp) Hold(string source, HoldMode mode, CancellationToken cancellationToken)
    {
        var look = SourceLook.At(source) ?? throw Gone(source);
        return mode == HoldMode.InPlace ? (source, HashSame(source, source, look, cancellationToken), look.Stamp) : Keep(source, mode, look, cancellationToken);
    }

    public static void Release(string file) => File.Delete(file);

    public bool IsOurs(string file) => Path.GetDirectoryName(file) == folder;

    /// <summary>What a killed process left: begun files, and files that no recording needs any more.</summary>
    public IEnumerable<string> All() => Directory.EnumerateFiles(folder);

    public static Sha256Digest HashOf(string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        var buffer = new byte[(int)Math.Clamp(RandomAccess.GetLength(file), 1, ReadBytes)];
        for (var (offset, read) = (0L, 0); (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }

    private (string File, Sha256Digest Sha256, FileStamp Stamp) Keep(string source, HoldMode mode, SourceLook look, CancellationToken cancellationToken)
    {
        var temporary = mode == HoldMode.Own ? source : Path.Combine(folder, Guid.CreateVersion7().ToString("N") + Temporary);
        try
        {
            if (mode == HoldMode.Copy)
            {
                RefuseWithoutRoom(source, look.Stamp.SizeBytes);
                disk.Copy(source, temporary);
            }

            var hash = HashSame(temporary, source, look, cancellationToken);
            var target = Path.Combine(folder, hash.Value + Extension);
            disk.Publish(temporary, target);
            return (target, hash, look.Stamp);
        }
        catch (IOException e) when (IsInUse(e))
        {
            throw StillWritten(source, "its writer has it for itself", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The name of the day would make each attempt another complaint.
            throw CannotHold(source, e, e.Message.Replace(temporary, folder, StringComparison.Ordinal));
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Somebody who still writes makes another recording of it: then its message would promise bytes that nobody has.</summary>
    private static Sha256Digest HashSame(string held, string source, SourceLook look, CancellationToken cancellationToken)
    {
        var hash = HashOf(held, cancellationToken);
        return SourceLook.At(source) == look && new FileInfo(held).Length == look.Stamp.SizeBytes ? hash : throw StillWritten(source, "it changed while it was read", null);
    }

    private static PublishingException StillWritten(string source, string sign, Exception? cause) =>
        new($"{source}: it is still being written ({sign}); it was not spooled", "publish it when its writer has closed it; strata watch waits for that by itself", cause);

    private void RefuseWithoutRoom(string source, long sizeBytes)
    {
        var free = disk.FreeBytes(folder);
        if (free < sizeBytes + ReserveBytes)
        {
            throw new PublishingException(
                $"{source}: its {sizeBytes} bytes do not fit into the spool {folder}, where {free} bytes are free and {ReserveBytes} have to stay free; it was not spooled, and the file is untouched",
                "free room on that disk, give up what may go (strata spool drop), or let the file stay where it is: --in-place")
            { IsFull = true };
        }
    }

    private PublishingException CannotHold(string source, Exception e, string words) => FileStamp.Of(source) is null
        ? Gone(source)
        : new($"{source}: it cannot be kept in the spool {folder}: {words}; it was not spooled, and the file is untouched", "free room on that disk, or let the file stay where it is: --in-place", e) { IsFull = IsNoSpace(e) };

    private static PublishingException Gone(string source) => new($"{source}: there is no such file any more", "name the file where it lies now");

    /// <summary>EWOULDBLOCK of a lock on Linux and on macOS, and the sharing violation of Win32: a program of .NET that writes keeps others out.</summary>
    private static bool IsInUse(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>ENOSPC on Linux and macOS, and its Win32 code.</summary>
    private static bool IsNoSpace(Exception e) => e.HResult is 28 or unchecked((int)0x80070070);
}
