using Google.Protobuf.WellKnownTypes;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Catalog.Entries;

/// <summary>The entry <c>__entries</c>, of which no event tells. It is as old as the log. Source: catalog-protocol §5.1, §2.1.</summary>
internal sealed class SystemEntry(IEventStore store, TimeProvider clock)
{
    /// <summary>Clients compare the whole URL: its host is empty.</summary>
    private const string TypeUrlPrefix = "";

    private const long NanosecondsPerTick = 100;

    private readonly long _startedAtNs = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;
    private long? _firstEventAtNs;

    public static DatasetId Id => SystemEntries.EntriesTableId;

    public static string Name => SystemEntries.EntriesTable;

    /// <summary>Of the log's first event; while there is none, when this process began.</summary>
    public async Task<long> CreatedAtNsAsync(CancellationToken cancellationToken)
    {
        _firstEventAtNs ??= (await store.ReadAsync(0, maxEvents: 1, cancellationToken)).Events is [var first] ? first.RecordedAtNs : null;
        return _firstEventAtNs ?? _startedAtNs;
    }

    public async Task<EntryDetails> ToDetailsAsync(CancellationToken cancellationToken)
    {
        var at = EntryMessages.TimeOf(await CreatedAtNsAsync(cancellationToken));
        return new() { Id = Id.ToMessage(), Name = Name, EntryKind = EntryKind.Table, CreatedAt = at, UpdatedAt = at };
    }

    public async Task<TableEntry> ToMessageAsync(CancellationToken cancellationToken) => new()
    {
        Details = await ToDetailsAsync(cancellationToken),
        ProviderDetails = Any.Pack(new SystemTable { Kind = SystemTableKind.Entries }, TypeUrlPrefix),
        TableDetails = new TableDetails(),
    };
}
