using Microsoft.Extensions.DependencyInjection;
using Strata.Cli;
using Strata.Contracts;
using Strata.Registrar;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>Whose segment is purged: what is erased is gone, so no name is taken for another dataset than the one that was meant. Source: DESIGN §5, rule 10.</summary>
public sealed class PurgeAddressTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-purge-address-").FullName;
    private StrataInProcess _strata = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _strata = await StrataInProcess.StartAsync(Roles.Worker, Data);

    public async ValueTask DisposeAsync()
    {
        await _strata.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_segment_of_a_deleted_dataset_whose_name_another_one_has_is_not_guessed_by_name_and_purged_by_id()
    {
        var (old, file) = await DeletedAsync("gone");
        var (_, other) = await RegisteredAsync("other", 0.2);
        var head = await _strata.Log.HeadAsync(Token);

        var refused = await Should.ThrowAsync<OperationException>(PurgeAsync("arms", "gone"));

        refused.Code.ShouldBe(OperationErrors.FailedPrecondition);
        refused.Message.ShouldStartWith($"'arms' has been the name of several datasets, and a segment 'gone' was in {old} (deleted at position ");
        refused.Message.ShouldContain($", and never in {await IdAsync("arms")} (which has the name now): which one is meant is not guessed");
        refused.Next.ShouldBe("say the id instead of the name: strata purge ID gone --reason TEXT");
        (await _strata.Log.HeadAsync(Token)).ShouldBe(head, "nothing was purged");

        var purged = await PurgeAsync(EntryIdText.Of(new(old)), "gone");

        (purged.Dataset, purged.DatasetId, purged.Segment, purged.Files).ShouldBe(("arms", old, "gone", 1));
        Files().ShouldBe([other]);
        (await PurgeAsync(old, "gone")).Position.ShouldBe(purged.Position, "it is done already");
        (await Should.ThrowAsync<OperationException>(PurgeAsync("arms", "gone"))).Code.ShouldBe(OperationErrors.NotFound, "nothing of it is left, so the name means the dataset that has it");
        file.ShouldNotBe(other);
    }

    [Fact]
    public async Task A_name_of_two_datasets_that_both_had_such_a_segment_means_one_again_when_nothing_of_the_other_is_left()
    {
        var (old, _) = await DeletedAsync("gone");
        var (today, stays) = await RegisteredAsync("gone", 0.2);

        (await Should.ThrowAsync<OperationException>(PurgeAsync("arms", "gone"))).Message.ShouldContain($"a segment 'gone' was in {today} (which has the name now) and in {old} (deleted at position ");
        (await PurgeAsync(old, "gone")).DatasetId.ShouldBe(old);
        Files().ShouldBe([stays]);

        (await PurgeAsync("arms", "gone")).DatasetId.ShouldBe(today);
        Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dataset_that_was_renamed_is_not_taken_for_the_one_that_has_its_name_now()
    {
        var (renamed, _) = await RegisteredAsync("gone", 0.1);
        await _strata.Operations.RunAsync(RenameDatasetOperation.Route, new RenameDatasetRequest("arms", "legs"), NoProgress.Instance, Token);
        (await Should.ThrowAsync<OperationException>(PurgeAsync("arms", "never"))).Code.ShouldBe(OperationErrors.NotFound);
        await RegisteredAsync("other", 0.2);

        (await Should.ThrowAsync<OperationException>(PurgeAsync("arms", "gone"))).Message.ShouldContain($"{renamed} (called 'legs' now)");

        (await PurgeAsync("legs", "gone")).DatasetId.ShouldBe(renamed);
    }

    [Fact]
    public async Task An_id_that_is_the_name_of_another_dataset_too_is_not_guessed()
    {
        var (id, _) = await RegisteredAsync("gone", 0.1);
        await _strata.RegisterAsync(id, [SmallRecordings.Write(Inputs, "gone", 0.2)], wait: true, rules: RuleSets.None);

        (await Should.ThrowAsync<OperationException>(PurgeAsync(id, "gone"))).Message.ShouldContain("is the id of one dataset and was the name of another");

        (await PurgeAsync("arms", "gone")).DatasetId.ShouldBe(id);
    }

    [Fact]
    public async Task An_id_that_no_dataset_ever_had_is_told_as_one_that_is_not_there()
    {
        await RegisteredAsync("gone", 0.1);

        var unknown = await Should.ThrowAsync<OperationException>(PurgeAsync(new string('a', 32), "gone"));

        (unknown.Code, unknown.Message).ShouldBe((OperationErrors.NotFound, $"there is no dataset '{new string('a', 32)}'; there are: 'arms'"));
    }

    [Fact]
    public async Task The_id_of_a_pin_is_refused_with_the_dataset_that_it_shows()
    {
        await RegisteredAsync("gone", 0.1);
        var pin = await _strata.Operations.RunAsync(PinDatasetOperation.Route, new PinDatasetRequest("arms", "model_7"), NoProgress.Instance, Token);

        (await Should.ThrowAsync<OperationException>(PurgeAsync(pin.Id, "gone"))).Next.ShouldBe("strata purge arms SEGMENT --reason TEXT");
    }

    [Fact]
    public async Task An_unfinished_purge_is_finished_by_the_command_that_is_advised_and_leaves_who_has_the_name_now_alone()
    {
        var (old, _) = await RegisteredAsync("gone", 0.1);
        await _strata.Services.GetRequiredService<IRegistrar>().PurgeAsync(new(new(old), "gone", "asked for it", new("test", null)), Token);
        await DeleteAsync();
        var (_, stays) = await RegisteredAsync("gone", 0.2);
        var line = (await _strata.Operations.RunAsync(ListUnfinishedPurgesOperation.Route, new ListUnfinishedPurgesRequest(), NoProgress.Instance, Token)).Purges.ShouldHaveSingleItem();
        (line.Dataset, line.DatasetId, line.Next).ShouldBe(("arms", old, $"strata purge {old} gone --reason TEXT"));
        await _strata.DisposeAsync();

        var doctor = (await StrataProgram.JsonAsync(Data, 0, "doctor")).EnumerateArray().Single(l => l.GetProperty("name").GetString() == "erasure");
        doctor.GetProperty("words").GetString()!.ShouldContain($"segment 'gone' of dataset 'arms' ({old})");
        doctor.GetProperty("next").GetString()!.ShouldStartWith(line.Next);
        (await StrataProgram.RunAsync(Data, "purge", "arms", "gone", "--reason", "again")).Error.ShouldContain("which one is meant is not guessed");
        var done = await StrataProgram.RunAsync(Data, [.. line.Next.Split(' ')[1..]]);

        (done.Code, done.Out.Contains($"segment 'gone' of dataset 'arms' ({old}) is purged: 1 layer, 1 file and", StringComparison.Ordinal)).ShouldBe((0, true), done.Error + done.Out);
        Files().ShouldBe([stays]);
        (await StrataProgram.JsonAsync(Data, 0, "history", old, "gone")).EnumerateArray().Last().GetProperty("erased").GetBoolean().ShouldBeTrue();
        _strata = await StrataInProcess.StartAsync(Roles.Worker, Data);
    }

    [Fact]
    public async Task The_history_of_a_deleted_dataset_is_told_by_its_id_which_is_named_where_its_name_finds_another()
    {
        var (old, _) = await DeletedAsync("gone");
        await RegisteredAsync("other", 0.2);

        var never = await Should.ThrowAsync<OperationException>(HistoryAsync("arms"));

        (never.Code, never.Next).ShouldBe((OperationErrors.NotFound, $"strata history {old} gone"));
        (await HistoryAsync(old)).ShouldContain("layer_registered");
        var usage = await _strata.Operations.RunAsync(UsageOperation.Route, new UsageRequest(), NoProgress.Instance, Token);
        usage.Groups.Select(g => g.Name).ShouldBe(["arms", $"arms (deleted, {old})"]);
    }

    private string Data => Path.Combine(_folder, "data");

    private string Inputs => Path.Combine(_folder, "files");

    /// <summary>Names of the copies that are kept.</summary>
    private string[] Files() => [.. Directory.EnumerateFiles(Path.Combine(Data, "recordings"), "*.rrd", SearchOption.AllDirectories).Select(f => Path.GetFileName(f))];

    private async Task<string> IdAsync(string name) => (await _strata.ReadModels.Entries.FindAsync(name, Token))!.Dataset.Value;

    /// <returns>The dataset's id, and the name of the copy that came with this.</returns>
    private async Task<(string Id, string File)> RegisteredAsync(string segment, double error)
    {
        var before = Directory.Exists(Path.Combine(Data, "recordings")) ? Files() : [];
        await _strata.RegisterAsync("arms", [SmallRecordings.Write(Inputs, segment, error)], wait: true, rules: RuleSets.None);
        return (await IdAsync("arms"), Files().Except(before).Single());
    }

    private async Task<(string Id, string File)> DeletedAsync(string segment)
    {
        var registered = await RegisteredAsync(segment, 0.1);
        await DeleteAsync();
        return registered;
    }

    private Task<DeleteDatasetResponse> DeleteAsync() => _strata.Operations.RunAsync(DeleteDatasetOperation.Route, new DeleteDatasetRequest("arms"), NoProgress.Instance, Token);

    private Task<PurgeResponse> PurgeAsync(string dataset, string segment) =>
        _strata.Operations.RunAsync(PurgeOperation.Route, new PurgeRequest(dataset, segment, "asked for it"), NoProgress.Instance, Token);

    private async Task<IEnumerable<string>> HistoryAsync(string dataset) =>
        (await _strata.Operations.RunAsync(HistoryOperation.Route, new HistoryRequest(dataset, "gone"), NoProgress.Instance, Token)).Events.Select(e => e.Type);
}
