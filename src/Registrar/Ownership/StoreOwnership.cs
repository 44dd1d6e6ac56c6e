using System.Globalization;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>
/// Ties a store of recordings to the log whose events name its files: both have the same id, written when they first meet. Operational state of the log, and not a part of an
/// exported one: what is imported is another catalog.
/// </summary>
/// <param name="log">As errors name it.</param>
/// <param name="isLogShared">Other processes may work with it.</param>
/// <param name="newId">One that there never was before.</param>
public sealed class StoreOwnership(IEventStore events, ILeases leases, ILeasedStates states, string log, bool isLogShared, Func<Guid> newId) : IStoreAdmission
{
    /// <summary>Of the lease, and of what is remembered under it.</summary>
    public const string LeaseName = "recordings";

    /// <summary>Longer than a store takes to answer a few times; who died holding it keeps the others waiting for as long.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>At least two minutes, in which four that died holding the lease are waited for.</summary>
    private const int MostLooks = 2400;

    private volatile Admitted? _admitted;

    public bool IsAdmitted => _admitted is { IsCurrent: true };

    /// <summary>
    /// What an append must have in it that speaks of files of the store, also of one that was found to be another one's since: it is refused then. Null: none was asked for, and so no file was kept.
    /// </summary>
    internal Guard.RequireState? Guard => _admitted is { } admitted ? new(LeaseName, new LogLabel(admitted.Id, IsPending: false).ToString()) : null;

    public async Task RequireAsync(IStoreLabel store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        while (!await AreOneAsync(store, cancellationToken))
        {
            await using var held = await AcquireAsync(store, cancellationToken);
            await SettleAsync(held.Lease, store, cancellationToken);
        }
    }

    /// <summary>After an append was refused since the log has another id: a person gave both a new one, or the log another store.</summary>
    /// <exception cref="RecordingStorageException">The store is not the one of the log any more, or cannot be told now.</exception>
    internal async Task RequireAgainAsync(CancellationToken cancellationToken)
    {
        if (_admitted is not { } before)
        {
            return;
        }

        try
        {
            await RequireAsync(before.Store, cancellationToken);
        }
        catch (ForeignStoreException e)
        {
            throw e.OfStore(before.Store.Place);
        }
    }

    /// <summary>As <see cref="RequireAsync"/>, and changes nothing.</summary>
    /// <returns>The id of both; null: they belong together and have none yet.</returns>
    /// <exception cref="ForeignStoreException">The store is not the one of the log.</exception>
    public async Task<Guid?> FindAsync(IStoreLabel store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var found = await LookAsync(store, cancellationToken);
        return OwnershipRule.Judge(found) switch
        {
            OwnershipVerdict.One or OwnershipVerdict.Finish => found.OfStore,
            OwnershipVerdict.Claim => null,
            var refused => throw Refuse(refused, found, store),
        };
    }

    /// <summary>A person says that they belong together: both get a new id, so that whoever else had this store or this log is refused from now on.</summary>
    public async Task<AdoptedStore> AdoptAsync(IStoreLabel store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        while (true)
        {
            await using var held = await AcquireAsync(store, cancellationToken);
            var before = (Log: await ReadLogAsync(cancellationToken), Store: await store.ReadAsync(cancellationToken));
            var id = newId();
            if (!await WriteAsync(held.Lease, id, isPending: true, cancellationToken))
            {
                continue;
            }

            await store.ReplaceAsync(id, cancellationToken);
            if (await WriteAsync(held.Lease, id, isPending: false, cancellationToken))
            {
                return new(id, store.Place, log, before.Store, before.Log?.Id);
            }
        }
    }

    /// <summary>Without a lease: what is equal stays so, unless a person says otherwise.</summary>
    private async Task<bool> AreOneAsync(IStoreLabel store, CancellationToken cancellationToken)
    {
        if (await ReadLogAsync(cancellationToken) is not { IsPending: false } ofLog || await store.ReadAsync(cancellationToken) != ofLog.Id)
        {
            return false;
        }

        _admitted = new(store, ofLog.Id, IsCurrent: true);
        return true;
    }

    /// <summary>Ends what was admitted, so that nothing more is kept there.</summary>
    private ForeignStoreException Refuse(OwnershipVerdict verdict, OwnershipFacts found, IStoreLabel store)
    {
        var before = _admitted;
        _admitted = before is null ? null : before with { IsCurrent = false };
        return OwnershipWords.Explain(verdict, found with { AdmittedBefore = before?.Id }, store.Place, log);
    }

    private async Task SettleAsync(Lease lease, IStoreLabel store, CancellationToken cancellationToken)
    {
        var found = await LookAsync(store, cancellationToken);
        switch (OwnershipRule.Judge(found))
        {
            case OwnershipVerdict.One:
                break;
            case OwnershipVerdict.Finish:
                await WriteAsync(lease, found.OfStore!.Value, isPending: false, cancellationToken);
                break;
            case OwnershipVerdict.Claim:
                await ClaimAsync(lease, store, cancellationToken);
                break;
            case var refused:
                throw Refuse(refused, found, store);
        }
    }

    /// <summary>Where anything comes in between, it is looked at again.</summary>
    private async Task ClaimAsync(Lease lease, IStoreLabel store, CancellationToken cancellationToken)
    {
        var id = newId();
        if (await WriteAsync(lease, id, isPending: true, cancellationToken)
            && await store.TryWriteAsync(id, cancellationToken)
            && await store.ReadAsync(cancellationToken) == id)
        {
            await WriteAsync(lease, id, isPending: false, cancellationToken);
        }
    }

    private async Task<OwnershipFacts> LookAsync(IStoreLabel store, CancellationToken cancellationToken)
    {
        var (ofLog, ofStore) = (await ReadLogAsync(cancellationToken), await store.ReadAsync(cancellationToken));
        if (ofStore is not null)
        {
            return new(ofLog, ofStore, false, false, false, isLogShared);
        }

        var holds = await store.HoldsAnyAsync(cancellationToken);
        var (named, held) = await NamedCopies.LookAsync(events, store, lookInStore: holds, cancellationToken);
        return new(ofLog, ofStore, named, holds, held, isLogShared);
    }

    private async Task<LogLabel?> ReadLogAsync(CancellationToken cancellationToken) => LogLabel.Parse(await states.ReadStateAsync(LeaseName, cancellationToken));

    /// <returns>False: the lease was lost, and somebody else decides.</returns>
    private Task<bool> WriteAsync(Lease lease, Guid id, bool isPending, CancellationToken cancellationToken) => states.WriteStateAsync(lease, new LogLabel(id, isPending).ToString(), cancellationToken);

    private async Task<HeldLease> AcquireAsync(IStoreLabel store, CancellationToken cancellationToken)
    {
        var owner = newId().ToString("N", CultureInfo.InvariantCulture);
        for (var look = 0; look < MostLooks; look++)
        {
            if (await leases.AcquireAsync(LeaseName, owner, LeaseTime, cancellationToken) is { } lease)
            {
                return new(leases, lease);
            }

            await Task.Delay(LookAgain, cancellationToken);
        }

        throw new RecordingStorageException(
            store.Place,
            $"other processes have been finding out for {(MostLooks * LookAgain).TotalMinutes} min whose recordings these are (lease '{LeaseName}' of {log}); see what they wait for, then try again",
            new TimeoutException(),
            "use");
    }

    /// <param name="IsCurrent">False: it was found to be another one's since.</param>
    private sealed record Admitted(IStoreLabel Store, Guid Id, bool IsCurrent);

    private sealed class HeldLease(ILeases leases, Lease lease) : IAsyncDisposable
    {
        public Lease Lease => lease;

        public async ValueTask DisposeAsync() => await leases.ReleaseAsync(lease, CancellationToken.None);
    }
}

/// <param name="StoreHad">The id that the store had before; null: none.</param>
/// <param name="LogHad">The id that the log had before; null: none.</param>
public sealed record AdoptedStore(Guid Id, string Place, string Log, Guid? StoreHad, Guid? LogHad);
