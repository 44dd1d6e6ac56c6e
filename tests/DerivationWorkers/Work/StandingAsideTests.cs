using Strata.Contracts;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A worker whose recordings are not those of the log any more leaves all work to those that have the right ones, as if it had never tried it.</summary>
public sealed class StandingAsideTests : IDisposable
{
    private const int Patience = 60_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-aside-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Timeout = Patience)]
    [InlineData("write")]
    [InlineData("record")]
    public async Task What_it_holds_when_the_log_is_given_another_place_goes_back_with_its_attempt(string refusedAt)
    {
        await using var world = await World.CreateAsync();
        var (ownership, before) = (OwnershipOf(world), LabelOf("before"));
        await ownership.RequireAsync(before, Token);
        var (computed, resume) = (new TaskCompletionSource(), new TaskCompletionSource());
        await world.RegisterAsync("s");
        var old = world.Start(world.Worker("old", new PausingRecordings(world.Recordings, computed, resume.Task), standing: new(ownership, world.Log, before)));
        await computed.Task.WaitAsync(Token);

        await OwnershipOf(world).AdoptAsync(LabelOf("after"), Token);
        var refused = (await Should.ThrowAsync<ForeignStoreException>(() => ownership.RequireAsync(before, Token))).OfStore(before.Place);
        world.Recordings.BeforeWrite = _ => refusedAt == "write" ? throw refused : Task.CompletedTask;
        world.Registrar.BeforeRecord = _ => throw refused;
        resume.SetResult();

        var attempts = await world.WaitForAttemptsAsync("s", a => a.Owner is null);
        (attempts.Attempts, attempts.LastReason, attempts.DueAtNs).ShouldBe((0, null, 0));

        (world.Recordings.BeforeWrite, world.Registrar.BeforeRecord) = (_ => Task.CompletedTask, _ => { });
        world.Start(world.Worker("new"));
        (await world.WaitForDecisionsAsync("s")).OfType<DerivationFailed>().ShouldBeEmpty();
        await old.StopAsync();
    }

    [Fact]
    public async Task The_store_stands_until_the_log_is_given_another_one_and_again_when_it_is_given_back()
    {
        await using var world = await World.CreateAsync();
        var (ownership, before) = (OwnershipOf(world), LabelOf("before"));
        await ownership.RequireAsync(before, Token);
        var standing = new StoreStanding(ownership, world.Log, before);
        (await standing.LookAsync(Token)).ShouldBeNull();

        await OwnershipOf(world).AdoptAsync(LabelOf("after"), Token);
        (await standing.LookAsync(Token)).ShouldNotBeNull().Message.ShouldContain("are not those of this log any more");
        standing.Refusal.ShouldNotBeNull().Next.ShouldContain("leave the work to servers that have the right place");

        await OwnershipOf(world).AdoptAsync(before, Token);
        (await standing.LookAsync(Token)).ShouldBeNull();
        standing.Refusal.ShouldBeNull();
    }

    private static StoreOwnership OwnershipOf(World world) => new(world.Log, world.Log, world.Log, "the log", isLogShared: true, Guid.CreateVersion7);

    private IStoreLabel LabelOf(string place) => new LocalRecordingStore(new(Path.Combine(_folder, place), [], null)).Label;
}
