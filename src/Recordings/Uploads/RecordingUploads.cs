using System.Globalization;
using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Receives files into a recording store. Source: DESIGN §4.1, rules 11 and 15.</summary>
public sealed class RecordingUploads(IUploadTarget target, UploadOptions options) : IRecordingUploads
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly HalfUploads _halves = new(target.UploadFolder);
    private readonly Reception _reception = new(options, target);

    public long MaxBytes => options.MaxBytes;

    public Task<KeptFile?> FindAsync(Sha256Digest receipt, CancellationToken cancellationToken) => target.FindAsync(receipt, cancellationToken);

    public long ReceivedOf(Sha256Digest sha256) => _halves.LongestOf(sha256);

    public async Task<UploadReceipt> ReceiveAsync(Sha256Digest sha256, UploadPart part, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(content);
        _reception.RefuseAhead(part.Announced, missing: null);
        if (await target.FindAsync(sha256, cancellationToken) is { } known)
        {
            _halves.Forget(sha256);
            return new(sha256, known.SizeBytes, UploadOutcome.Known);
        }

        _reception.RefuseAhead(part.Announced, part.Announced - part.Start);
        using var half = await OpenAsync(sha256, part.Start, cancellationToken);
        try
        {
            using var hash = part.Start == 0 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
            await _reception.CopyAsync(content, half.Content, part.Length, hash, cancellationToken);
            if (half.Content.Length < part.Total)
            {
                return new(sha256, half.Content.Length, UploadOutcome.Partial);
            }

            // What came in several parts, maybe before a restart of the server, is read again as a whole.
            var found = hash is null ? await Reception.HashOfAsync(half.Content, cancellationToken) : Sha256Digest.FromBytes(hash.GetHashAndReset());
            if (found != sha256)
            {
                throw new UploadRefusedException(
                    UploadFault.OtherBytes,
                    string.Create(CultureInfo.InvariantCulture, $"expected bytes with the SHA-256 {sha256}, found {found} over {half.Content.Length} bytes; nothing of them stays"),
                    "compute the SHA-256 of the finished file and send it again from its first byte");
            }
        }
        catch (UploadRefusedException)
        {
            half.Discard();
            throw;
        }
        catch (Exception) when (half.Content.Length == 0)
        {
            half.Discard();
            throw;
        }

        var size = half.Content.Length;
        var adopted = await _reception.HandOverAsync(half, sha256, _halves, cancellationToken);
        _halves.Forget(sha256);
        return new(sha256, size, adopted.WasThere ? UploadOutcome.Known : UploadOutcome.New);
    }

    private async Task<HalfUpload> OpenAsync(Sha256Digest sha256, long start, CancellationToken cancellationToken)
    {
        if (start == 0)
        {
            return _halves.TryTake(sha256, 0) ?? _halves.Begin(sha256);
        }

        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (_halves.TryTake(sha256, start) is { } taken)
            {
                return taken;
            }

            if (_halves.LongestOf(sha256) is var there && there < start)
            {
                throw new UploadRefusedException(
                    UploadFault.Gap,
                    string.Create(CultureInfo.InvariantCulture, $"expected a part that begins at byte {there} or before, found one at byte {start}: what lies between is not here"),
                    string.Create(CultureInfo.InvariantCulture, $"go on from byte {there}"));
            }

            if (TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromTicks(options.WaitForOtherNs / TimeSpan.NanosecondsPerTick))
            {
                throw new UploadRefusedException(
                    UploadFault.UnderWay, "another request is writing the part that this one would go on with", "ask again how far it is (HEAD), and go on from there");
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }
}
