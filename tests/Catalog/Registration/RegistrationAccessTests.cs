using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tokens;
using Strata.Contracts;
using Strata.TestSupport;
using static Strata.Catalog.Tests.Entries.EntryClient;
using static Strata.Catalog.Tests.Registration.RegistrationClient;

namespace Strata.Catalog.Tests.Registration;

/// <summary>What a token for one dataset opens of registration, and what it does not.</summary>
public sealed class RegistrationAccessTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private CatalogHost _host = null!;
    private EntryId _arm = null!;
    private EntryId _leg = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CatalogHost.StartAsync(tokens: new TokenOptions(SecretPath, Oidc: null));
        _arm = await CreateAsync("arm");
        _leg = await CreateAsync("leg");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Into_the_dataset_of_somebody_else_nothing_is_registered_and_no_folder_is_looked_into()
    {
        var mine = Token(AccessScope.Register, "arm");
        var run = Source(_folder.Write("run.rrd", TestSupport.Recordings.Scalars("run")));
        (await RegisterAsync(_arm, mine, run)).Status.ShouldBe(StatusCode.OK);
        (await RegisterAsync(_leg, mine, run)).Status.ShouldBe(StatusCode.PermissionDenied);
        (await RegisterAsync(_leg, mine, Source(_folder.Path("none"), prefix: true))).Status.ShouldBe(StatusCode.PermissionDenied);
        (await RegisterAsync(_arm, Token(AccessScope.Read, "arm"), run)).Status.ShouldBe(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task What_failed_in_the_dataset_of_somebody_else_is_not_there()
    {
        var run = Source(_folder.Write("run.rrd", TestSupport.Recordings.Scalars("run")));
        await RegisterAsync(_leg, Token(AccessScope.Admin), run);
        var (_, task) = await RegisterAsync(_leg, Token(AccessScope.Admin), run);
        (await StatusAsync(task!, Token(AccessScope.Read, "leg"))).ShouldBe("failed");
        (await StatusAsync(task!, Token(AccessScope.Read, "arm"))).ShouldBe("not found");
    }

    private string SecretPath => _folder.Path("token.secret");

    private async Task<EntryId> CreateAsync(string name) => (await _host.CallAsync<CreateDatasetEntryRequest, CreateDatasetEntryResponse>(
        "CreateDatasetEntry", new() { Name = name }, Token(AccessScope.Admin))).Dataset.Details.Id;

    private async Task<(StatusCode Status, string? Task)> RegisterAsync(EntryId dataset, (string, string) token, DataSource source)
    {
        try
        {
            var request = new RegisterWithDatasetRequest { OnDuplicate = IfDuplicateBehavior.Error, DataSources = { source } };
            var answer = await _host.CallAsync<RegisterWithDatasetRequest, RegisterWithDatasetResponse>("RegisterWithDataset", request, ("x-rerun-entry-id", HexOf(dataset)), token);
            return (StatusCode.OK, ((Arrow.StringArray)Catalog.Dataframes.DataframeParts.ToBatch(answer.Data, "answer").Column("rerun_task_id")).GetString(0));
        }
        catch (RpcException e)
        {
            return (e.StatusCode, null);
        }
    }

    private async Task<string> StatusAsync(string task, (string, string) token)
    {
        var answer = await _host.CallAsync<QueryTasksRequest, QueryTasksResponse>("QueryTasks", new() { Ids = { new TaskId { Id = task } } }, token);
        return Rows(Catalog.Dataframes.DataframeParts.ToBatch(answer.Data, "answer")).Single().Status;
    }

    private (string Name, string Value) Token(AccessScope scope, string? dataset = null) => (
        "authorization",
        $"Bearer {new TokenIssuer(TokenSecret.LoadOrCreate(SecretPath), TimeProvider.System).Create(new("robot-7", [new ScopeGrant(scope, dataset)], [], TimeSpan.FromHours(1)))}");
}
