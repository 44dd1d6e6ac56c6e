using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Registrar;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>{absent, derived, given} × {ERROR, SKIP, REPLACE} × a worker that finishes before, during and after, over gRPC. Source: DESIGN rule 5.</summary>
public sealed class ClashMatrixTests(ClashMatrixTests.Server server) : IClassFixture<ClashMatrixTests.Server>
{
    [Theory]
    [MemberData(nameof(ClashMatrix.Cells), MemberType = typeof(ClashMatrix))]
    public Task A_derived_layer_never_stands_in_a_clients_way(Standing standing, OnDuplicate policy, WorkerFinishes finishes, Outcome expected) =>
        new ClashMatrix(server.Host, server.Folder, RegisterAsync).RunAsync(standing, policy, finishes, expected);

    private async Task<string?> RegisterAsync(string dataset, string path, OnDuplicate policy)
    {
        var id = (await server.Host.Ports.ReadModels.Entries.FindAsync(dataset, TestContext.Current.CancellationToken))!.Dataset;
        var request = new RegisterWithDatasetRequest
        {
            DataSources = { new DataSource { StorageUrl = new Uri(path).AbsoluteUri, Typ = DataSourceKind.Rrd, Layer = TrackingErrorDeriver.DeriverName } },
            OnDuplicate = policy switch
            {
                OnDuplicate.Error => IfDuplicateBehavior.Error,
                OnDuplicate.Skip => IfDuplicateBehavior.Skip,
                _ => IfDuplicateBehavior.Overwrite,
            },
        };
        var headers = new Metadata { { "x-rerun-entry-id", EntryIdText.Of(id) }, { "x-rerun-client-version", "rerun-py/0.41.0" } };
        var answer = await CallAsync<RegisterWithDatasetRequest, RegisterWithDatasetResponse>(MethodType.Unary, "RegisterWithDataset", request, headers);
        var task = ((Arrow.StringArray)answer.Data.ToBatch("answer").Column("rerun_task_id")).GetString(0)!;
        var tasks = await CallAsync<QueryTasksRequest, QueryTasksResponse>(MethodType.Unary, "QueryTasks", new() { Ids = { new TaskId { Id = task } } }, headers);
        return Registration.RegistrationClient.Rows(tasks.Data.ToBatch("answer")).Single() is { Status: not "success" } failed ? failed.Messages : null;
    }

    private async Task<TResponse> CallAsync<TRequest, TResponse>(MethodType type, string method, TRequest request, Metadata headers)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>, new()
        where TResponse : class, Google.Protobuf.IMessage<TResponse>, new()
    {
        using var call = server.Host.Channel.CreateCallInvoker().AsyncUnaryCall(
            CatalogMethods.Of<TRequest, TResponse>(type, method), null, new CallOptions(headers, cancellationToken: TestContext.Current.CancellationToken), request);
        return await call;
    }

    /// <summary>One for all cells, each in a dataset of its own.</summary>
    public sealed class Server : IAsyncLifetime
    {
        internal TestFolder Folder { get; } = new();

        internal StrataHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Host = await StrataHost.StartAsync(Folder.Path("data"));

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            Folder.Dispose();
        }
    }
}
