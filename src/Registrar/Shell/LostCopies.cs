using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>
/// The copies of recordings that are registered again and known: whoever brings the file of a lost or damaged one brings its bytes back, and what failed for want
/// of them is tried again. Source: DESIGN rules 8 and 10.
/// </summary>
/// <param name="throwWhenFull">Who asks comes again when the store can write.</param>
internal sealed class LostCopies(IRecordingStore recordings, bool throwWhenFull)
{
    /// <summary>Reading and hashing files wants processors, of which more side by side than this would be taken from everybody else.</summary>
    private static readonly int Parallelism = Math.Clamp(Environment.ProcessorCount, 1, 8);

    // Kept over the attempts of a call: what the first one put back is whole for the second.
    private readonly ConcurrentDictionary<string, (CopyState State, string? Trouble)> _looked = new(StringComparer.Ordinal);

    /// <summary>Looks at the copies of all known items, and says in their reason what was found.</summary>
    public async Task RestoreAsync(IEnumerable<RegistrationItem> items, CancellationToken cancellationToken)
    {
        var known = items.Where(i => i.Status == RegistrationStatus.Known && i.Supersedes?.Event.Kept.Mode == KeepMode.Copy).ToList();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            known.DistinctBy(LocationOf).Where(i => !_looked.ContainsKey(LocationOf(i))),
            options,
            async (item, token) => _looked[LocationOf(item)] = await LookAsync(item, token));
        foreach (var item in known)
        {
            switch (_looked[LocationOf(item)])
            {
                case (CopyState.PutBack, _):
                    item.PutBack("the bytes kept of it were missing or damaged; they were put back from this file");
                    break;
                case (CopyState.Lost, var trouble):
                    item.Fail($"the bytes kept of it are missing or damaged, and {trouble}", QuarantineReasons.LayerStands);
                    break;
            }
        }
    }

    /// <summary>Plans that rules work again on what they failed on while its bytes were lost.</summary>
    public static async Task<IReadOnlyList<PlannedEvent>> PlanResumptionsAsync(
        IEnumerable<RegistrationItem> items, DatasetId dataset, LoadedStreams streams, AppendPlan plan, CancellationToken cancellationToken)
    {
        var putBack = items.Where(i => i.IsPutBack).Select(i => (i.Recording!.Segment, i.Layer)).ToList();
        if (putBack.Count == 0)
        {
            return [];
        }

        await streams.LoadAsync(putBack.Select(p => StreamIds.Evaluation(dataset, p.Segment)), cancellationToken);
        var (state, version) = streams.Dataset(dataset);
        var resumed = putBack.SelectMany(p => ResumeRule.DecideAfterRestoring(state, streams.Evaluations(dataset, p.Segment).State, dataset, p.Segment, p.Layer));
        return [.. resumed.Select(e => plan.Add(StreamIds.Dataset(dataset), version, e))];
    }

    private async Task<(CopyState State, string? Trouble)> LookAsync(RegistrationItem item, CancellationToken cancellationToken)
    {
        try
        {
            var state = await recordings.RestoreAsync(item.Source.Source, item.Supersedes!.Event.Kept, cancellationToken);
            return (state, "this file has the same recording in other bytes; choose `replace` to put it in its place, or register the file from which it was kept");
        }
        catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && !(throwWhenFull && e is RecordingStorageException))
        {
            return (CopyState.Lost, $"could not be put back: {e.Message}");
        }
    }

    private static string LocationOf(RegistrationItem item) => item.Supersedes!.Event.Kept.Location;
}
