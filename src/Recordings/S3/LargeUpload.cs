using System.Buffers;
using System.Security.Cryptography;
using Amazon.S3.Model;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Sends a large file in parts, of which one is in memory. Nobody sees the object before all of them are there and are what its name says.</summary>
internal sealed class LargeUpload(S3Objects objects, string bucket)
{
    /// <summary>Up to here one request does; with 10,000 parts, the most there can be, this reaches to 160 GB.</summary>
    public const int PartBytes = 16 << 20;

    private const int MaxParts = 10_000;

    /// <summary>An end that was asked for by who stops must still be told to the server.</summary>
    private static readonly TimeSpan TimeToAbort = TimeSpan.FromSeconds(5);

    /// <exception cref="RecordingRefusedException">It changed while it was sent, or is too large.</exception>
    public async Task RunAsync(SourceFile file, string key, Sha256Digest hash, CancellationToken cancellationToken)
    {
        if (file.Length > (long)MaxParts * PartBytes)
        {
            throw new RecordingRefusedException(file.Path, $"expected at most {(long)MaxParts * PartBytes} bytes, found {file.Length}; split the recording");
        }

        var id = await objects.BeginUploadAsync(bucket, key, cancellationToken);
        try
        {
            await objects.CompleteUploadAsync(bucket, key, id, await SendAsync(file, key, id, hash, cancellationToken), cancellationToken);
        }
        catch
        {
            await AbortAsync(key, id);
            throw;
        }
    }

    private async Task<List<PartETag>> SendAsync(SourceFile file, string key, string id, Sha256Digest hash, CancellationToken cancellationToken)
    {
        using var running = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var parts = new List<PartETag>();
        var buffer = ArrayPool<byte>.Shared.Rent(PartBytes);
        try
        {
            for (var offset = 0L; offset < file.Length; offset += PartBytes)
            {
                var part = buffer.AsMemory(0, file.Read(offset, buffer.AsSpan(0, (int)Math.Min(PartBytes, file.Length - offset))));
                running.AppendData(part.Span);
                parts.Add(await objects.UploadPartAsync(bucket, key, id, parts.Count + 1, part, cancellationToken));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Sha256Digest.FromBytes(running.GetHashAndReset()) == hash
            ? parts
            : throw new RecordingRefusedException(file.Path, "it changed while it was sent; register it when it is complete");
    }

    private async Task AbortAsync(string key, string id)
    {
        using var inTime = new CancellationTokenSource(TimeToAbort);
        try
        {
            await objects.AbortUploadAsync(bucket, key, id, inTime.Token);
        }
        catch (Exception e) when (e is RecordingStorageException or OperationCanceledException)
        {
            // The fault that led here is told; what this upload left behind is listed with the store's files, and collected as any other orphan.
        }
    }
}
