using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>What of a pin's layers was gone before the pin could hold it: it holds bytes from its own event on. Source: DESIGN rules 9 and 10.</summary>
public sealed class PinnedBytes(IEventStore store, IReadModels models, IRecordingStore recordings)
{
    /// <summary>Of one look into the log: each file has a stream of its own.</summary>
    private const int FilesAtATime = 1_000;

    /// <param name="pin">It shows the blueprints and assets too that its dataset referred to then.</param>
    /// <param name="position">Which it shows.</param>
    public async Task<PinnedLayers> LookAsync(DatasetId pin, long position, CancellationToken cancellationToken)
    {
        if (await models.Entries.FindAsync(pin, cancellationToken) is not { } shown)
        {
            // Somebody deleted it at once: it holds nothing.
            return new(0, [], 0);
        }

        var files = new List<LayerFile>(await models.Chunks.FilesAsync(shown.Source, position, cancellationToken));
        foreach (var companion in new[] { shown.BlueprintDataset, shown.AssetDataset }.OfType<DatasetId>())
        {
            var source = (await models.Moments.FindAsync(companion, cancellationToken))?.Source ?? companion;
            files.AddRange(await models.Chunks.FilesAsync(source, position, cancellationToken));
        }

        var purged = (await PurgedSegments.ReadAsync(store, cancellationToken)).Since(shown.Source, position);
        return new(files.Count, await LetGoAsync(shown.Source, files, cancellationToken), purged.Count);
    }

    /// <summary>By the retention under which gc let go of them; companions are kept as their dataset says.</summary>
    private async Task<IReadOnlyList<LetGoLayers>> LetGoAsync(DatasetId dataset, IReadOnlyList<LayerFile> files, CancellationToken cancellationToken)
    {
        var gone = new List<long>();
        foreach (var page in files.Where(f => f.Kept.Mode == KeepMode.Copy).Chunk(FilesAtATime))
        {
            var released = await ReleasedContent.FindAsync(store, [.. page.Select(f => f.Kept.Location).Distinct(StringComparer.Ordinal)], cancellationToken);
            var candidates = page.Where(f => released.TryGetValue(f.Kept.Location, out var last) && last.Position > f.Position).ToList();
            foreach (var file in await GoneAsync(candidates, cancellationToken))
            {
                gone.Add(released[file.Kept.Location].Position);
            }
        }

        if (gone.Count == 0)
        {
            return [];
        }

        var declared = (await store.ReadStreamsAsync([StreamIds.Dataset(dataset)], cancellationToken))[0].Events.Where(e => e.Event is RetentionDeclared).ToList();
        return
        [
            .. from position in gone
               group position by (declared.LastOrDefault(e => e.Position < position)?.Event as RetentionDeclared)?.SupersededForNs into retention
               orderby retention.Key
               select new LetGoLayers(retention.Count(), RetentionText.Of(retention.Key), retention.Max()),
        ];
    }

    /// <summary>Registered again, a recording has its bytes again. While this looks nothing is let go of: what is there then is held by the pin.</summary>
    private async Task<List<LayerFile>> GoneAsync(List<LayerFile> candidates, CancellationToken cancellationToken)
    {
        if (candidates.Count == 0)
        {
            return [];
        }

        await using var hold = await recordings.HoldAsync(cancellationToken);
        return await candidates.ToAsyncEnumerable().Where(async (file, token) => !await recordings.IsThereAsync(file.Kept, token)).ToListAsync(cancellationToken);
    }
}

/// <param name="Layers">All that it shows, of its blueprints and assets too.</param>
/// <param name="LetGo">Those whose bytes are gone.</param>
/// <param name="PurgedSegments">Segments that it would show and that were purged since.</param>
public sealed record PinnedLayers(int Layers, IReadOnlyList<LetGoLayers> LetGo, int PurgedSegments);

/// <param name="Superseded">How long superseded bytes were kept when they were let go of, as <c>strata dataset retain</c> writes it.</param>
/// <param name="Position">Of the last event that let go of one.</param>
public sealed record LetGoLayers(int Layers, string Superseded, long Position);
