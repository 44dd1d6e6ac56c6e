using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar.Tests;

public sealed class StoreOwnershipTests
{
    /// <summary>Of the four steps by which both sides come to one id.</summary>
    public enum Death
    {
        BeforeTheLogSaysThatItIsPending,
        BeforeTheStoreHasIt,
        AfterTheStoreHasIt,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Death.BeforeTheLogSaysThatItIsPending)]
    [InlineData(Death.BeforeTheStoreHasIt)]
    [InlineData(Death.AfterTheStoreHasIt)]
    public async Task Who_dies_between_the_two_sides_leaves_what_the_next_one_finishes(Death death)
    {
        await using var world = await World.OpenAsync();
        var dying = new StoreOwnership(world.Events, world.Events, new DyingStates(world.Events, death), "the log", isLogShared: true, Guid.CreateVersion7);
        await Should.ThrowAsync<DiedException>(() => dying.RequireAsync(new DyingLabel(world.Store.Label, death), Token));

        await Of(world).RequireAsync(world.Store.Label, Token);

        var id = (await world.Store.Label.ReadAsync(Token)).ShouldNotBeNull();
        (await world.Events.ReadStateAsync(StoreOwnership.LeaseName, Token)).ShouldBe($"{id}");
    }

    [Fact]
    public async Task Who_lost_the_lease_meanwhile_writes_nothing_more_and_takes_what_the_next_one_decided()
    {
        await using var world = await World.OpenAsync();
        var stopped = new StoppedStates(world.Events, () => Of(world).RequireAsync(world.Store.Label, Token));

        await new StoreOwnership(world.Events, new FreeLeases(world.Events), stopped, "the log", isLogShared: true, Guid.CreateVersion7).RequireAsync(world.Store.Label, Token);

        stopped.Refused.ShouldBe(1);
        (await world.Events.ReadStateAsync(StoreOwnership.LeaseName, Token)).ShouldBe($"{await world.Store.Label.ReadAsync(Token)}");
    }

    [Fact]
    public async Task What_is_adopted_has_a_new_id_and_the_old_one_counts_no_more()
    {
        await using var world = await World.OpenAsync();
        await Of(world).RequireAsync(world.Store.Label, Token);
        var before = await world.Store.Label.ReadAsync(Token);

        var adopted = await Of(world).AdoptAsync(world.Store.Label, Token);

        (adopted.StoreHad, adopted.LogHad).ShouldBe((before, before));
        adopted.Id.ShouldNotBe(before!.Value);
        await Of(world).RequireAsync(world.Store.Label, Token);
        await world.Store.Label.ReplaceAsync(before.Value, Token);
        await Should.ThrowAsync<ForeignStoreException>(() => Of(world).RequireAsync(world.Store.Label, Token));
    }

    [Fact]
    public async Task An_append_that_names_a_copy_sees_by_itself_that_the_log_was_given_another_store_and_nothing_more_is_asked_before()
    {
        await using var world = await World.OpenAsync();
        var states = new CountedStates(world.Events);
        var ownership = new StoreOwnership(world.Events, world.Events, states, "the log", isLogShared: true, Guid.CreateVersion7);
        var registrar = world.NewRegistrar(ownership: ownership);
        await ownership.RequireAsync(world.Store.Label, Token);
        var reads = states.Reads;
        await RegisterAsync(registrar, world, "one");
        (states.Reads, ownership.IsAdmitted).ShouldBe((reads, true));
        var head = await world.Events.HeadAsync(Token);

        await Of(world).AdoptAsync(new LocalRecordingStore(new(world.Folder.Path("other"), [], null)).Label, Token);
        var refused = await Should.ThrowAsync<RecordingStorageException>(() => RegisterAsync(registrar, world, "two"));

        refused.Message.ShouldContain("are not those of this log any more");
        await Should.ThrowAsync<RecordingStorageException>(() => RegisterAsync(registrar, world, "two"));
        (await world.Events.HeadAsync(Token), ownership.IsAdmitted).ShouldBe((head, false));
    }

    [Fact]
    public async Task An_append_after_both_got_a_new_id_goes_on_with_it()
    {
        await using var world = await World.OpenAsync();
        var ownership = Of(world);
        var registrar = world.NewRegistrar(ownership: ownership);
        await ownership.RequireAsync(world.Store.Label, Token);
        await Of(world).AdoptAsync(world.Store.Label, Token);

        await RegisterAsync(registrar, world, "one");

        ownership.IsAdmitted.ShouldBeTrue();
        (await world.Events.ReadAsync(0, 10, Token)).Events.ShouldContain(e => e.Event is Contracts.LayerRegistered);
    }

    private static Task<RegisterOutcome> RegisterAsync(CatalogRegistrar registrar, World world, string segment) =>
        registrar.RegisterAsync(World.Command(OnDuplicate.Error, world.File($"{segment}.rrd", TestSupport.Recordings.Scalars(segment))), null, Token);

    private static StoreOwnership Of(World world) => new(world.Events, world.Events, world.Events, "the log", isLogShared: true, Guid.CreateVersion7);

    private sealed class DiedException : Exception;

    private sealed class CountedStates(ILeasedStates states) : ILeasedStates
    {
        public int Reads { get; private set; }

        public Task<string?> ReadStateAsync(string name, CancellationToken cancellationToken)
        {
            Reads++;
            return states.ReadStateAsync(name, cancellationToken);
        }

        public Task<bool> WriteStateAsync(Lease lease, string state, CancellationToken cancellationToken) => states.WriteStateAsync(lease, state, cancellationToken);
    }

    private sealed class DyingStates(ILeasedStates states, Death death) : ILeasedStates
    {
        public Task<string?> ReadStateAsync(string name, CancellationToken cancellationToken) => states.ReadStateAsync(name, cancellationToken);

        public Task<bool> WriteStateAsync(Lease lease, string state, CancellationToken cancellationToken) =>
            death == Death.BeforeTheLogSaysThatItIsPending || (death == Death.AfterTheStoreHasIt && LogLabel.Parse(state)!.IsPending == false)
                ? throw new DiedException()
                : states.WriteStateAsync(lease, state, cancellationToken);
    }

    private sealed class DyingLabel(IStoreLabel label, Death death) : IStoreLabel
    {
        public string Place => label.Place;

        public Task<Guid?> ReadAsync(CancellationToken cancellationToken) => label.ReadAsync(cancellationToken);

        public Task<bool> TryWriteAsync(Guid id, CancellationToken cancellationToken) =>
            death == Death.BeforeTheStoreHasIt ? throw new DiedException() : label.TryWriteAsync(id, cancellationToken);

        public Task ReplaceAsync(Guid id, CancellationToken cancellationToken) => label.ReplaceAsync(id, cancellationToken);

        public ValueTask<bool> HoldsAnyAsync(CancellationToken cancellationToken) => label.HoldsAnyAsync(cancellationToken);

        public ValueTask<bool> HoldsAsync(string location, CancellationToken cancellationToken) => label.HoldsAsync(location, cancellationToken);
    }

    /// <summary>Another process takes over before the first write.</summary>
    private sealed class StoppedStates(ILeasedStates states, Func<Task> meanwhile) : ILeasedStates
    {
        private bool _isResumed;

        public int Refused { get; private set; }

        public Task<string?> ReadStateAsync(string name, CancellationToken cancellationToken) => states.ReadStateAsync(name, cancellationToken);

        public async Task<bool> WriteStateAsync(Lease lease, string state, CancellationToken cancellationToken)
        {
            if (!_isResumed)
            {
                _isResumed = true;
                await meanwhile();
            }

            var written = await states.WriteStateAsync(lease, state, cancellationToken);
            Refused += written ? 0 : 1;
            return written;
        }
    }

    /// <summary>A lease is lost as soon as somebody else wants it, as one is that ran out.</summary>
    private sealed class FreeLeases(ILeases leases) : ILeases
    {
        public async Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken)
        {
            if (await leases.AcquireAsync(name, owner, duration, cancellationToken) is not { } lease)
            {
                return null;
            }

            await leases.ReleaseAsync(lease, cancellationToken);
            return lease;
        }

        public Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => leases.RenewAsync(lease, duration, cancellationToken);

        public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => leases.ReleaseAsync(lease, cancellationToken);
    }
}
