using System.Collections.Immutable;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>A layer as a holder of its schema.</summary>
internal readonly record struct SchemaHolder(string Segment, string Layer, LayerOrigin Origin, Sha256Digest Schema, Sha256Digest Fingerprint)
{
    public static SchemaHolder Of(LayerRegistered registered) =>
        new(registered.Segment, registered.Layer, registered.Origin, registered.SchemaSha256, registered.Fingerprint);

    public string Key => GuardScopes.HolderKey(Segment, Layer);
}

/// <summary>What the admission of one layer's schema comes to.</summary>
/// <param name="Yielding">Derived layers that must be unregistered with it.</param>
internal sealed record GateAnswer(string? Conflict, ImmutableArray<(string Segment, string Layer)> Yielding)
{
    public static GateAnswer Admitted { get; } = new(null, []);
}

/// <summary>
/// The admitted schemas of one dataset during one attempt. A schema that is admitted already costs one required row, which registrations share without
/// waiting for each other; only a new one, and the retiring of one, takes turns on the dataset's schema revision. Source: DESIGN §4.3.
/// </summary>
internal sealed class SchemaGate(IEventStore store, DatasetId dataset)
{
    private readonly Dictionary<(LayerOrigin Origin, Sha256Digest Schema), Sha256Digest> _admitted = [];
    private readonly Dictionary<(LayerOrigin Origin, Sha256Digest Schema), Sha256Digest> _required = [];
    private readonly Dictionary<(LayerOrigin Origin, Sha256Digest Schema), Sha256Digest> _claimed = [];
    private readonly HashSet<(LayerOrigin Origin, Sha256Digest Schema)> _retired = [];
    // Whose blob a purge erased with their last holder.
    private readonly HashSet<(LayerOrigin Origin, Sha256Digest Schema)> _erased = [];
    private readonly Dictionary<(LayerOrigin Origin, Sha256Digest Schema, string Key), SchemaHolder> _put = [];
    private readonly Dictionary<(LayerOrigin Origin, Sha256Digest Schema, string Key), SchemaHolder> _released = [];
    private readonly Dictionary<Sha256Digest, Schema> _schemas = [];

    // Of layers of this attempt: their append brings the content, also where a purge erased it.
    private readonly Dictionary<Sha256Digest, Func<ReadOnlyMemory<byte>>> _brought = [];

    private readonly Dictionary<(LayerOrigin Origin, Sha256Digest Schema), ImmutableArray<string>> _holderKeys = [];

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(LayerOrigin.Given, cancellationToken);
        await LoadAsync(LayerOrigin.Derived, cancellationToken);
    }

    /// <param name="schemaBlob">Name of <paramref name="schemaIpc"/>.</param>
    public Task<GateAnswer> AdmitAsync(LayerOrigin origin, Sha256Digest schema, Sha256Digest schemaBlob, Func<ReadOnlyMemory<byte>> schemaIpc, CancellationToken cancellationToken)
    {
        if (_admitted.TryGetValue((origin, schema), out var blob) && !_retired.Contains((origin, schema)))
        {
            if (!_claimed.ContainsKey((origin, schema)))
            {
                _required[(origin, schema)] = blob;
                _brought.TryAdd(schemaBlob, schemaIpc);
            }

            return Task.FromResult(GateAnswer.Admitted);
        }

        return AdmitNewAsync(origin, schema, schemaBlob, schemaIpc(), cancellationToken);
    }

    public void Put(SchemaHolder holder)
    {
        _released.Remove((holder.Origin, holder.Schema, holder.Key));
        _put[(holder.Origin, holder.Schema, holder.Key)] = holder;
    }

    public void Release(SchemaHolder holder)
    {
        if (!_put.Remove((holder.Origin, holder.Schema, holder.Key)))
        {
            _released[(holder.Origin, holder.Schema, holder.Key)] = holder;
        }
    }

    /// <summary>All layers that stand in the dataset.</summary>
    public async Task<IReadOnlyList<(string Segment, string Layer)>> StandingLayersAsync(CancellationToken cancellationToken)
    {
        var standing = new List<(string Segment, string Layer)>();
        foreach (var (origin, schema) in _admitted.Keys)
        {
            standing.AddRange((await HolderKeysAsync(origin, schema, cancellationToken)).Select(GuardScopes.ParseHolderKey));
        }

        return standing;
    }

    /// <summary>Required rows first, then what is taken away, then what is new: a scope must be empty before its schema is retired, and a retired one may come back.</summary>
    public void WriteGuards(AppendPlan plan)
    {
        foreach (var ((origin, schema), blob) in _required)
        {
            plan.Guard(new Guard.Require(GuardScopes.Schemas(dataset, origin), schema.Value, blob.Value));
        }

        if (_claimed.Count > 0 || _retired.Count > 0)
        {
            var next = ((Revision is { } revision ? long.Parse(revision, System.Globalization.CultureInfo.InvariantCulture) : 0) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            plan.Guard(new Guard.Swap(GuardScopes.SchemaRevision, dataset.Value, Revision, next));
        }

        foreach (var holder in _released.Values)
        {
            plan.Guard(new Guard.Release(GuardScopes.SchemaHolders(dataset, holder.Origin, holder.Schema), holder.Key));
        }

        foreach (var (origin, schema) in _claimed.Count > 0 ? _retired.Concat(_erased) : _retired)
        {
            plan.Guard(new Guard.Release(GuardScopes.Schemas(dataset, origin), schema.Value));
            plan.Guard(new Guard.RequireEmpty(GuardScopes.SchemaHolders(dataset, origin, schema)));
        }

        foreach (var ((origin, schema), blob) in _claimed)
        {
            plan.Guard(new Guard.Claim(GuardScopes.Schemas(dataset, origin), schema.Value, blob.Value));
        }

        foreach (var holder in _put.Values)
        {
            plan.Guard(new Guard.Put(GuardScopes.SchemaHolders(dataset, holder.Origin, holder.Schema), holder.Key, holder.Fingerprint.Value));
        }
    }

    private string? Revision { get; set; }

    private async Task LoadAsync(LayerOrigin origin, CancellationToken cancellationToken)
    {
        foreach (var row in await store.ReadGuardsAsync(GuardScopes.Schemas(dataset, origin), cancellationToken))
        {
            _admitted[(origin, Sha256Digest.Parse(row.Key))] = Sha256Digest.Parse(row.Value);
        }
    }

    private async Task<GateAnswer> AdmitNewAsync(LayerOrigin origin, Sha256Digest schema, Sha256Digest schemaBlob, ReadOnlyMemory<byte> schemaIpc, CancellationToken cancellationToken)
    {
        Revision ??= (await store.ReadGuardsAsync(GuardScopes.SchemaRevision, cancellationToken)).FirstOrDefault(r => r.Key == dataset.Value)?.Value;
        await LoadSchemasAsync(cancellationToken);
        var candidate = SchemaUnion.Read(schemaIpc);
        var given = await KnownAsync(LayerOrigin.Given, candidate, cancellationToken);
        var derived = await KnownAsync(LayerOrigin.Derived, candidate, cancellationToken);
        var command = new AdmitSchema(candidate, given, derived);
        var admission = origin == LayerOrigin.Given ? AdmitSchema.DecideGiven(command) : AdmitSchema.DecideDerived(command);
        if (admission.Conflict is not null)
        {
            return new(admission.Conflict, []);
        }

        foreach (var retired in admission.Retired)
        {
            _retired.Add((LayerOrigin.Given, retired));
        }

        var yielding = ImmutableArray.CreateBuilder<(string Segment, string Layer)>();
        foreach (var hash in admission.Yielding)
        {
            _retired.Add((LayerOrigin.Derived, hash));
            yielding.AddRange((await HolderKeysAsync(LayerOrigin.Derived, hash, cancellationToken))
                .Where(key => !_released.ContainsKey((LayerOrigin.Derived, hash, key)))
                .Select(GuardScopes.ParseHolderKey));
        }

        _admitted[(origin, schema)] = schemaBlob;
        _claimed[(origin, schema)] = schemaBlob;
        _schemas[schemaBlob] = candidate;
        _retired.Remove((origin, schema));
        return new(null, yielding.ToImmutable());
    }

    private async Task LoadSchemasAsync(CancellationToken cancellationToken)
    {
        foreach (var (blob, content) in _brought)
        {
            if (!_schemas.ContainsKey(blob))
            {
                _schemas[blob] = SchemaUnion.Read(content());
            }
        }

        var missing = _admitted.Values.Where(blob => !_schemas.ContainsKey(blob)).Distinct().ToList();
        if (missing.Count == 0)
        {
            return;
        }

        foreach (var (blob, content) in await store.ReadBlobsAsync(missing, cancellationToken))
        {
            _schemas[blob] = SchemaUnion.Read(content);
        }

        foreach (var (schema, blob) in _admitted.Where(a => !_schemas.ContainsKey(a.Value)).ToList())
        {
            if (await IsHeldAsync(schema.Origin, schema.Schema, cancellationToken))
            {
                throw new CommandRefusedException(
                    RefusalKind.Conflict, $"the log lacks blob {blob}, the schema of layers that stand in dataset {dataset.Value}; restore a backup, or replace or unregister these layers");
            }

            _admitted.Remove(schema);
            _erased.Add(schema);
        }
    }

    /// <summary>Whether a schema is held is only asked where it matters: for those that contradict the candidate.</summary>
    private async Task<ImmutableArray<KnownSchema>> KnownAsync(LayerOrigin origin, Schema candidate, CancellationToken cancellationToken)
    {
        var all = _admitted
            .Where(a => a.Key.Origin == origin && !_retired.Contains(a.Key))
            .Select(a => new KnownSchema(a.Key.Schema, _schemas[a.Value], IsHeld: true))
            .ToImmutableArray();
        var known = all.ToBuilder();
        foreach (var (with, _) in AdmitSchema.ConflictsWith(candidate, all))
        {
            known[known.IndexOf(with)] = with with { IsHeld = await IsHeldAsync(origin, with.Hash, cancellationToken) };
        }

        return known.ToImmutable();
    }

    private async Task<bool> IsHeldAsync(LayerOrigin origin, Sha256Digest schema, CancellationToken cancellationToken) =>
        _required.ContainsKey((origin, schema))
        || _claimed.ContainsKey((origin, schema))
        || (await HolderKeysAsync(origin, schema, cancellationToken)).Any(key => !_released.ContainsKey((origin, schema, key)));

    private async Task<ImmutableArray<string>> HolderKeysAsync(LayerOrigin origin, Sha256Digest schema, CancellationToken cancellationToken)
    {
        if (!_holderKeys.TryGetValue((origin, schema), out var keys))
        {
            keys = [.. (await store.ReadGuardsAsync(GuardScopes.SchemaHolders(dataset, origin, schema), cancellationToken)).Select(r => r.Key)];
            _holderKeys.Add((origin, schema), keys);
        }

        return keys;
    }
}
