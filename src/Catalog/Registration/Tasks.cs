using Google.Protobuf.Collections;
using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Catalog.Registration;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>More ids than any registration hands out; a client that asks for more has made them up.</summary>
    private const int MaxTasks = 200_000;

    /// <summary>Longer ones cannot be set; nobody waits for a month.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);

    private TaskReader TasksFor(ServerCallContext context) => new(Ports.Store, Ports.ReadModels, context.Access());

    /// <summary>Source: catalog-protocol §2.17.</summary>
    public override async Task<QueryTasksResponse> QueryTasks(QueryTasksRequest request, ServerCallContext context) =>
        new() { Data = await TasksAsync(IdsOf(request.Ids), context) };

    /// <summary>All work is done when its call is answered; here a client waits for tables that could not follow then. Source: catalog-protocol §2.17.</summary>
    public override async Task QueryTasksOnCompletion(
        QueryTasksOnCompletionRequest request, IServerStreamWriter<QueryTasksOnCompletionResponse> responseStream, ServerCallContext context)
    {
        var ids = IdsOf(request.Ids);
        await CompletedAsync(TasksFor(context), ids, request.Timeout?.ToTimeSpan(), context.CancellationToken);
        await responseStream.WriteAsync(new() { Data = await TasksAsync(ids, context) }, context.CancellationToken);
    }

    /// <summary>A task that a client knows of is done already. Source: catalog-protocol §2.17.</summary>
    public override Task<CancelTasksResponse> CancelTasks(CancelTasksRequest request, ServerCallContext context) => Task.FromResult(new CancelTasksResponse());

    private static IReadOnlyList<string> IdsOf(RepeatedField<TaskId> ids) => ids.Count <= MaxTasks
        ? [.. ids.Select(id => id.Id)]
        : throw CatalogException.InvalidArgument($"expected at most {MaxTasks} task ids, found {ids.Count}");

    private async Task<DataframePart> TasksAsync(IReadOnlyList<string> ids, ServerCallContext context)
    {
        var generation = ClientGeneration.Of(context);
        var rows = await TasksFor(context).ReadAsync(ids, generation.HearsBareReasons, context.CancellationToken);
        return TaskTable.Of(rows, generation.HasTaskBlobs).ToPart();
    }

    private static async Task CompletedAsync(TaskReader tasks, IReadOnlyList<string> ids, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout is { } limit)
        {
            ends.CancelAfter(limit <= TimeSpan.Zero ? TimeSpan.Zero : limit < LongestTimer ? limit : LongestTimer);
        }

        try
        {
            await tasks.WaitAsync(ids, ends.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CatalogException(StatusCode.DeadlineExceeded, "the tables did not show the work of these tasks in time; it is in the log, ask again");
        }
    }
}
