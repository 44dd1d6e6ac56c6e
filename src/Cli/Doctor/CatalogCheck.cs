using System.Globalization;
using System.Runtime.CompilerServices;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What the catalog itself says: erasures that are not done, tables that stand still, and recordings that wait for a person. Asks the server, or opens the data itself and folds nothing.</summary>
internal sealed class CatalogCheck(DataDirectory data, HostSettings settings) : IDoctorCheck
{
    /// <summary>Enough to begin with; each has its own line in 'strata history'.</summary>
    private const int NamedPurges = 3;

    public string Name => "projections";

    public async IAsyncEnumerable<DoctorLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!data.Exists)
        {
            yield break;
        }

        await using var access = await StrataAccess.OpenAsync(data, Roles.None, settings, cancellationToken);
        yield return LineOf(await access.Operations.RunAsync(ListUnfinishedPurgesOperation.Route, new ListUnfinishedPurgesRequest(), NoProgress.Instance, cancellationToken));
        var projections = await access.Operations.RunAsync(ListProjectionsOperation.Route, new ListProjectionsRequest(), NoProgress.Instance, cancellationToken);
        foreach (var line in projections.Projections)
        {
            yield return LineOf(line);
        }

        if (projections.Projections.Any(p => p.Lag > 0))
        {
            // Who asks for them waits until the tables have caught up, which nobody may be doing.
            yield return DoctorLine.Ok("quarantine", "not looked at: the tables are behind the log");
            yield break;
        }

        var quarantined = await access.Operations.RunAsync(ListQuarantineOperation.Route, new ListQuarantineRequest(), NoProgress.Instance, cancellationToken);
        yield return quarantined.Recordings.Count == 0
            ? DoctorLine.Ok("quarantine", "empty")
            : DoctorLine.Warning("quarantine", $"{Cells.Count(quarantined.Recordings.Count, "recording")} in quarantine", "strata quarantine list says why; release or discard each");
    }

    /// <summary>Without a server nobody has tried, so nobody knows what stands in the way.</summary>
    private static DoctorLine LineOf(ListUnfinishedPurgesResponse erasures)
    {
        if (erasures.Purges.Count == 0)
        {
            return erasures.Leftover is { } leftover
                ? DoctorLine.Warning(ErasureHealth.PartName, $"of purged segments: {leftover}", "docs/postgres.md tells for how long others wait meanwhile")
                : DoctorLine.Ok(ErasureHealth.PartName, "nothing that was purged waits to be erased");
        }

        var named = string.Join(", ", erasures.Purges.Take(NamedPurges).Select(p => $"segment '{p.Segment}' of dataset '{p.Dataset}' ({p.DatasetId}), asked for at position {p.Position.ToString(CultureInfo.InvariantCulture)}"));
        var words = $"{Cells.Count(erasures.Purges.Count, "purged segment")} not erased yet{(erasures.Purges.Count > NamedPurges ? ", among them" : "")}: {named}";
        return erasures.Failure is { } failure
            ? DoctorLine.Problem(ErasureHealth.PartName, $"{words}. Tried {Cells.Count(erasures.Attempts, "time")}: {failure}", $"mend that; it is tried again by itself, and at once by: {erasures.Purges[0].Next}")
            : DoctorLine.Warning(ErasureHealth.PartName, words, $"{erasures.Purges[0].Next} finishes it and says what stands in the way, and so does a server by itself: strata serve");
    }

    private DoctorLine LineOf(ProjectionLine line)
    {
        var words = string.Create(CultureInfo.InvariantCulture, $"{line.Name}: {line.State} at position {line.Position:N0} of {line.Head:N0}");
        return line.State switch
        {
            "parked" => DoctorLine.Problem(Name, $"{words}: {line.Reason}", "strata projections says which event; mend the cause, then strata projections resume"),
            "waiting" => DoctorLine.Problem(Name, $"{words}: {line.Reason}", "mend the storage; they go on by themselves"),
            _ => DoctorLine.Ok(Name, words),
        };
    }
}
