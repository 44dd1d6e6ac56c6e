using System.Globalization;
using System.Runtime.CompilerServices;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What the catalog itself says: tables that stand still, and recordings that wait for a person. Asks the server, or opens the data itself and folds nothing.</summary>
internal sealed class CatalogCheck(DataDirectory data, HostSettings settings) : IDoctorCheck
{
    public string Name => "projections";

    public async IAsyncEnumerable<DoctorLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!data.Exists)
        {
            yield break;
        }

        await using var access = await StrataAccess.OpenAsync(data, Roles.None, settings, cancellationToken);
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

    private DoctorLine LineOf(ProjectionLine line)
    {
        var words = string.Create(CultureInfo.InvariantCulture, $"{line.State} at position {line.Position:N0} of {line.Head:N0}");
        return line.State switch
        {
            "parked" => DoctorLine.Problem(Name, $"{words}: {line.Reason}", "strata projections says which event; mend the cause, then strata projections resume"),
            "waiting" => DoctorLine.Problem(Name, $"{words}: {line.Reason}", "mend the storage; they go on by themselves"),
            _ => DoctorLine.Ok(Name, words),
        };
    }
}
