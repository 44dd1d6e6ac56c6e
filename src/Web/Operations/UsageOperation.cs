using Strata.Registrar;

namespace Strata.Web;

/// <param name="By"><c>dataset, layer, robot</c>.</param>
public sealed record UsageRequest(string By = "dataset");

/// <summary>What <c>strata du --json</c> prints.</summary>
/// <param name="Groups">A file that several groups share is counted in each.</param>
/// <param name="Total">Each file once.</param>
/// <param name="SharedBytes">By how much the groups together exceed the total.</param>
/// <param name="References">Files elsewhere that standing layers refer to; their bytes are not in the total.</param>
/// <param name="MissingFiles">Copies that something stands on and that are not there.</param>
/// <param name="LogBytes">Null where the log is a database elsewhere.</param>
public sealed record UsageResponse(
    string By, IReadOnlyList<UsageLine> Groups, UsageLine Total, long OrphanBytes, long SharedBytes, long References, long ReferencedBytes, long MissingFiles, long? LogBytes, long ReadModelBytes, long Position);

/// <param name="HeldBytes">Superseded, and held by a pin or a retention, or written again within a day.</param>
/// <param name="CollectableBytes">What <c>strata gc</c> would remove now.</param>
public sealed record UsageLine(string Name, long Files, long SizeBytes, long StandingBytes, long HeldBytes, long QuarantinedBytes, long CollectableBytes);

/// <summary>What lies in the data directory beside recordings.</summary>
public interface IDiskUsage
{
    /// <returns>Null where the log is a database elsewhere.</returns>
    long? LogBytes();

    long ReadModelBytes();
}

/// <summary>Tells where the bytes are.</summary>
public sealed class UsageOperation(IContentCollector collector, IDiskUsage disk) : IOperation<UsageRequest, UsageResponse>
{
    public static OperationRoute<UsageRequest, UsageResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/usage", "Where the bytes of copies are", ApiJson.Default.UsageRequest, ApiJson.Default.UsageResponse);

    public async Task<UsageResponse> RunAsync(UsageRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var by = Choice.Parse<UsageGrouping>("by", request.By);
        var usage = await collector.MeasureAsync(by, new CollectionSteps(progress), cancellationToken);
        return new(
            request.By, [.. usage.Groups.Select(Line)], Line(usage.Total), usage.OrphanBytes, usage.SharedBytes, usage.References, usage.ReferencedBytes, usage.MissingFiles,
            disk.LogBytes(), disk.ReadModelBytes(), usage.Position);
    }

    private static UsageLine Line(UsageGroup group) =>
        new(group.Name, group.Files, group.SizeBytes, group.StandingBytes, group.HeldBytes, group.QuarantinedBytes, group.CollectableBytes);
}
