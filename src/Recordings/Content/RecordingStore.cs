using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Recordings: copies in a place of our own, references elsewhere. Source: DESIGN §4.1, rules 12 and 15.</summary>
public abstract class RecordingStore : IRecordingStore, IUploadTarget
{
    private readonly IContent _content;
    private readonly ImmutableArray<ISourcePlace> _places;
    private readonly ContentTurns _turns;
    private readonly ReceivedFiles _received;
    private readonly StoreGate _gate;

    /// <param name="places">The first that knows the form of a path or URL has it.</param>
    private protected RecordingStore(IContent content, ReceivedFiles received, ImmutableArray<ISourcePlace> places, IContentLock contentLock, StoreGate gate) =>
        (_content, _received, _places, _turns, _gate) = (content, received, places, new(contentLock), gate);

    private RecordingStore(RecordingStore whole, ImmutableArray<ISourcePlace> places) =>
        (_content, _received, _places, _turns, _gate) = (whole._content, whole._received, places, whole._turns, whole._gate);

    /// <summary>Whose it is.</summary>
    public IStoreLabel Label => _gate.Label;

    public string UploadFolder => _received.Folder;

    public IRecordingStore OnlyBelow(ImmutableArray<string> folders) => new Narrowed(this, [.. _places.Select(p => p.OnlyBelow(folders))]);

    public async Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken) => (await KeepAllAsync([source], mode, cancellationToken))[0];

    public async Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        await _gate.PassAsync(cancellationToken);
        var files = new KeptFile[sources.Count];
        var copies = new PendingFile?[sources.Count];
        var folders = new SourceFolders();
        await using var step = await _turns.ShareForOneStepAsync(cancellationToken);
        try
        {
            await Parallel.ForAsync(0, files.Length, Parallelism(_content.ParallelCopies, cancellationToken), async (k, token) =>
            {
                var place = PlaceOf(sources[k].Path);
                if (await place.TryReferAsync(sources[k], mode, folders, token) is { } reference)
                {
                    files[k] = reference;
                    return;
                }

                using var source = await place.FetchAsync(sources[k], folders, token);
                copies[k] = await _content.TakeAsync(source.Path, wanted: null, token);
            });
            await _content.PublishAsync([.. copies.OfType<PendingFile>()], cancellationToken);
        }
        catch
        {
            _content.Discard(copies.OfType<PendingFile>());
            throw;
        }

        for (var k = 0; k < files.Length; k++)
        {
            if (copies[k] is { } copy)
            {
                files[k] = ToKept(copy);
            }
        }

        return files;
    }

    public async Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        await _gate.PassAsync(cancellationToken);
        var pending = new PendingFile?[files.Count];
        await using var step = await _turns.ShareForOneStepAsync(cancellationToken);
        try
        {
            await Parallel.ForAsync(0, pending.Length, Parallelism(_content.ParallelWrites, cancellationToken), async (k, token) => pending[k] = await _content.TakeAsync(files[k], token));
            await _content.PublishAsync([.. pending.OfType<PendingFile>()], cancellationToken);
        }
        catch
        {
            _content.Discard(pending.OfType<PendingFile>());
            throw;
        }

        return [.. pending.Select(p => ToKept(p!.Value))];
    }

    public bool MayOpen(string path) => PlaceOf(path).MayOpen(path);

    public ValueTask<OpenedSource> OpenSourceAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(folders);
        return PlaceOf(source.Path).OpenAsync(source, folders, cancellationToken);
    }

    public ValueTask<bool> IsUnchangedAsync(RecordingSource source, SourceStamp stamp, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        return PlaceOf(source.Path).IsUnchangedAsync(source, stamp, cancellationToken);
    }

    public async ValueTask<IOpenRecording> OpenAsync(KeptBytes kept, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kept);
        if (kept.Mode == KeepMode.Reference)
        {
            return await PlaceOf(kept.Location).OpenReferenceAsync(kept, cancellationToken);
        }

        await _gate.PassAsync(cancellationToken);
        return await _content.OpenAsync(kept.Location, cancellationToken);
    }

    public async ValueTask<IOpenRecording> OpenAnewAsync(KeptBytes kept, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kept);
        if (kept.Mode == KeepMode.Reference)
        {
            return await PlaceOf(kept.Location).OpenReferenceAnewAsync(kept, cancellationToken);
        }

        await _gate.PassAsync(cancellationToken);
        return await _content.OpenAnewAsync(kept.Location, cancellationToken);
    }

    public async Task<CopyState> RestoreAsync(RecordingSource source, KeptBytes kept, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(kept);
        await _gate.PassAsync(cancellationToken);
        if (kept.Mode != KeepMode.Copy || await _content.IsWholeAsync(kept.Location, cancellationToken))
        {
            return CopyState.Whole;
        }

        await using var step = await _turns.ShareForOneStepAsync(cancellationToken);
        using var fetched = await PlaceOf(source.Path).FetchAsync(source, new(), cancellationToken);
        if (await _content.TakeAsync(fetched.Path, ContentNames.HashOf(kept.Location), cancellationToken) is not { } copy)
        {
            return CopyState.Lost;
        }

        await _content.PublishAsync([copy], cancellationToken);
        return CopyState.PutBack;
    }

    public async ValueTask<bool> IsThereAsync(KeptBytes kept, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kept);
        await _gate.PassAsync(cancellationToken);
        return kept.Mode != KeepMode.Copy || await _content.IsThereAsync(kept.Location, cancellationToken);
    }

    public Task<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken) => _turns.ShareAsync(cancellationToken);

    public async IAsyncEnumerable<StoredFile> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await _gate.PassAsync(cancellationToken);
        await foreach (var file in _content.AllAsync(cancellationToken).Concat(_received.ListAsync(HoldsAsync)))
        {
            yield return file;
        }
    }

    public async Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken)
    {
        var alone = await _turns.TakeAsync(cancellationToken);
        try
        {
            await _gate.AskAsync(cancellationToken);
            return new LettingGo(_content, _received, alone);
        }
        catch
        {
            await alone.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<bool> WasCutWhileLettingGoAsync(CancellationToken cancellationToken)
    {
        await _gate.PassAsync(cancellationToken);
        return await _content.IsMarkedAsync(cancellationToken);
    }

    public async ValueTask<bool> HoldsAsync(Sha256Digest sha256, CancellationToken cancellationToken)
    {
        await _gate.PassAsync(cancellationToken);
        return await _content.IsThereAsync(ContentNames.LocationOf(sha256), cancellationToken);
    }

    public async Task<KeptFile?> FindAsync(Sha256Digest sha256, CancellationToken cancellationToken)
    {
        await _gate.PassAsync(cancellationToken);
        await using var step = await _turns.ShareForOneStepAsync(cancellationToken);
        return await _content.FindAsync(sha256, cancellationToken) is { } found ? ToKept(found) : null;
    }

    public async Task<AdoptedFile> AdoptAsync(ReceivedFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            // No append of its own goes with it that would tell.
            await _gate.AskAsync(cancellationToken);
            await using var step = await _turns.ShareForOneStepAsync(cancellationToken);
            if (await _content.FindAsync(file.Sha256, cancellationToken) is not { } known)
            {
                return new(ToKept(await _content.AdoptAsync(file, cancellationToken)), WasThere: false);
            }

            // Whoever named it may not have come to making the name durable.
            await _content.PublishAsync([known], cancellationToken);
            return new(ToKept(known), WasThere: true);
        }
        finally
        {
            File.Delete(file.Path);
        }
    }

    private static ParallelOptions Parallelism(int degree, CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = degree, CancellationToken = cancellationToken };

    private static KeptFile ToKept(PendingFile file) => new(new KeptBytes(KeepMode.Copy, ContentNames.LocationOf(file.Hash), null, null), file.SizeBytes, file.Hash);

    private ISourcePlace PlaceOf(string pathOrUrl) => _places.First(p => p.IsMine(pathOrUrl));

    private sealed class Narrowed(RecordingStore whole, ImmutableArray<ISourcePlace> places) : RecordingStore(whole, places);
}
