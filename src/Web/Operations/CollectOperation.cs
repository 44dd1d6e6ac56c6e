using Strata.Registrar;

namespace Strata.Web;

/// <param name="DryRun">Tell only what would go.</param>
public sealed record CollectRequest(bool DryRun = false);

/// <summary>What <c>strata gc --json</c> prints.</summary>
/// <param name="Files">Each with its own; what the run removed, or would remove.</param>
/// <param name="Position">The log was looked at up to here.</param>
public sealed record CollectResponse(bool DryRun, IReadOnlyList<CollectedLine> Files, long SizeBytes, long Position);

/// <param name="File">Relative to the data directory.</param>
/// <param name="Reason"><c>superseded, orphan, unfinished</c>.</param>
public sealed record CollectedLine(string File, long SizeBytes, string Reason);

/// <summary>Lets go of files that nothing holds. Source: DESIGN rules 9 and 15.</summary>
public sealed class CollectOperation(IContentCollector collector) : IOperation<CollectRequest, CollectResponse>
{
    public static OperationRoute<CollectRequest, CollectResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/gc", "Remove copies that no layer, pin or retention holds", ApiJson.Default.CollectRequest, ApiJson.Default.CollectResponse);

    public async Task<CollectResponse> RunAsync(CollectRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var steps = new CollectionSteps(progress);
        var collected = request.DryRun ? await collector.PlanAsync(steps, cancellationToken) : await collector.CollectAsync(asker.Source, steps, cancellationToken);
        return new(request.DryRun, [.. collected.Files.Select(f => new CollectedLine(f.File.Name, f.File.SizeBytes, Choice.Word(f.Reason)))], collected.SizeBytes, collected.Position);
    }
}

internal sealed class CollectionSteps(IProgress<OperationProgress> progress) : IProgress<CollectionProgress>
{
    public void Report(CollectionProgress value) => progress.Report(new(value.Stage, value.Done, value.Total));
}
