using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Receives files under keys into a recording store.</summary>
public sealed class StagedRecordings : IStagedRecordings
{
    private readonly IUploadTarget _target;
    private readonly UploadOptions _options;
    private readonly HalfUploads _halves;
    private readonly StagedNames _names;
    private readonly Reception _reception;

    public StagedRecordings(IUploadTarget target, UploadOptions options)
    {
        ArgumentNullException.ThrowIfNull(target);
        (_target, _options) = (target, options);
        _halves = new(target.UploadFolder);
        _names = new(target.UploadFolder, new LocalDisk());
        _reception = new(options, target);
    }

    public long MaxBytes => _options.MaxBytes;

    public bool IsTaken(string key) => _names.Find(key) is { } name && _target.Holds(name.Sha256);

    public async Task<bool> ReceiveAsync(StagedFile file, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(content);
        _reception.RefuseAhead(file.SizeBytes, file.SizeBytes);
        using var half = _halves.Begin(sha256: null);
        AdoptedFile adopted;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await _reception.CopyAsync(content, half.Content, file.SizeBytes, hash, cancellationToken);
            adopted = await _reception.HandOverAsync(half, Sha256Digest.FromBytes(hash.GetHashAndReset()), _halves, cancellationToken);
        }
        catch
        {
            // Under a name that nobody could ask for.
            half.Discard();
            throw;
        }

        return _names.TryAdd(new(file.Key, adopted.File.FileSha256!.Value, file.Owner), replaces: _names.Find(file.Key) is { } former && !_target.Holds(former.Sha256));
    }

    public async Task<StagedRecording?> FindAsync(string key, CancellationToken cancellationToken) =>
        _names.Find(key) is { } name && await _target.FindAsync(name.Sha256, cancellationToken) is { } file ? new(file, name.Owner) : null;
}
