using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>A kind of place that sources come from, and where references to them are checked. Source: DESIGN §4.1, rule 12.</summary>
internal interface ISourcePlace
{
    /// <summary>By its form alone.</summary>
    bool IsMine(string pathOrUrl);

    bool MayOpen(string pathOrUrl);

    /// <inheritdoc cref="IRecordingStore.OnlyBelow"/>
    ISourcePlace OnlyBelow(ImmutableArray<string> folders);

    /// <inheritdoc cref="IRecordingStore.OpenSourceAsync"/>
    ValueTask<OpenedSource> OpenAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken);

    ValueTask<bool> IsUnchangedAsync(RecordingSource source, SourceStamp stamp, CancellationToken cancellationToken);

    /// <returns>Null: under this mode it is to be copied.</returns>
    ValueTask<KeptFile?> TryReferAsync(RecordingSource source, KeepMode mode, SourceFolders folders, CancellationToken cancellationToken);

    /// <inheritdoc cref="IRecordingStore.OpenAsync"/>
    ValueTask<IOpenRecording> OpenReferenceAsync(KeptBytes kept, CancellationToken cancellationToken);

    /// <inheritdoc cref="IRecordingStore.OpenAnewAsync"/>
    ValueTask<IOpenRecording> OpenReferenceAnewAsync(KeptBytes kept, CancellationToken cancellationToken);

    /// <summary>The source as a local file, to be copied from.</summary>
    ValueTask<FetchedSource> FetchAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken);
}

/// <summary>A local file with a source's bytes.</summary>
/// <param name="isTemporary">It was made for the copy, and goes with it.</param>
internal sealed class FetchedSource(string path, bool isTemporary) : IDisposable
{
    public string Path { get; } = path;

    public void Dispose()
    {
        if (isTemporary)
        {
            File.Delete(Path);
        }
    }
}
