using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>The server that takes recordings.</summary>
internal sealed class FakeUpload : IRecordingUpload
{
    public List<Sha256Digest> Uploaded { get; } = [];

    public bool DownForUploads { get; set; }

    public Func<Sha256Digest, Exception?> Refuse { get; set; } = _ => null;

    public Task<bool> IsThereAsync(Sha256Digest sha256, long sizeBytes, CancellationToken cancellationToken) => Task.FromResult(Uploaded.Contains(sha256));

    public Task UploadAsync(string file, Sha256Digest sha256, long sizeBytes, Action<long> sent, CancellationToken cancellationToken)
    {
        if ((DownForUploads ? new LinkDownException("the server is down") : Refuse(sha256)) is { } failure)
        {
            throw failure;
        }

        Uploaded.Add(sha256);
        return Task.CompletedTask;
    }
}
