using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Id">Or an unambiguous beginning of it.</param>
/// <param name="Step"><c>pause, resume, cancel</c>.</param>
/// <param name="Wait">After it was resumed: answer only when it is over, or paused again.</param>
public sealed record SteerBackfillRequest(string Id, string Step, bool Wait = false);

/// <summary>Pauses, resumes or cancels a back-fill.</summary>
public sealed class SteerBackfillOperation(IBackfills backfills, BackfillEntries entries, Settlement settlement, Catalog catalog) : IOperation<SteerBackfillRequest, BackfillLine>
{
    public static OperationRoute<SteerBackfillRequest, BackfillLine> Route { get; } = new(
        HttpMethod.Post, "/api/v1/backfills/{id}/{step}", "Pause, resume or cancel a back-fill", ApiJson.Default.SteerBackfillRequest, ApiJson.Default.BackfillLine)
    {
        AsksItself = true,
    };

    public async Task<BackfillLine> RunAsync(SteerBackfillRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var step = request.Step switch
        {
            "pause" => BackfillStep.Pause,
            "resume" => BackfillStep.Resume,
            "cancel" => BackfillStep.Cancel,
            var other => throw new OperationException(OperationErrors.Invalid, $"step: expected pause, resume or cancel, found '{other}'", null),
        };
        var line = await entries.RequireAsync(request.Id, asker, cancellationToken);
        asker.Require(AccessScope.Admin, line.Dataset);
        var standstills = settlement.Standstills;
        await backfills.SteerBackfillAsync(new SteerBackfill(line.Id, step, "a person asked", asker.Source), cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        return request.Wait && step == BackfillStep.Resume
            ? await entries.WaitAsync(line.Id, standstills, progress, cancellationToken)
            : await entries.RequireAsync(line.Id, asker, cancellationToken);
    }
}
