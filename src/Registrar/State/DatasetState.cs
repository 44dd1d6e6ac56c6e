using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>A dataset with its rules, folded from its stream.</summary>
/// <param name="Rules">Those that stand.</param>
/// <param name="Suppressed">(rule, segment) → position of the suppression.</param>
/// <param name="Resumed">(rule, segment) → position of the latest resumption.</param>
internal sealed record DatasetState(
    DatasetCreated? Created,
    ImmutableSortedDictionary<string, RuleDeclared> Rules,
    ImmutableDictionary<(string Rule, string Segment), long> Suppressed,
    ImmutableDictionary<(string Rule, string Segment), long> Resumed)
{
    public static DatasetState Empty { get; } = new(
        null,
        ImmutableSortedDictionary.Create<string, RuleDeclared>(StringComparer.Ordinal),
        ImmutableDictionary<(string Rule, string Segment), long>.Empty,
        ImmutableDictionary<(string Rule, string Segment), long>.Empty);

    public DatasetKind Kind => Created?.Kind ?? DatasetKind.Recording;

    public string Name { get; private init; } = "";

    public bool IsDeleted { get; private init; }

    /// <summary>Of a pin: what it shows. It has a name and holds nothing.</summary>
    public DatasetPinned? Pinned { get; private init; }

    /// <summary>Its id is taken for ever.</summary>
    public bool WasMade => Created is not null || Pinned is not null;

    /// <summary>A deleted one was made, and does not exist.</summary>
    public bool Exists => WasMade && !IsDeleted;

    /// <summary>Rules that were retired and not declared since, as they were last declared.</summary>
    public ImmutableSortedDictionary<string, RuleDeclared> Retired { get; private init; } = ImmutableSortedDictionary.Create<string, RuleDeclared>(StringComparer.Ordinal);

    /// <summary>The last declaration; null: none was made.</summary>
    public RetentionDeclared? Retention { get; private init; }

    public DatasetDetails Details { get; private init; } = DatasetDetails.Empty;

    /// <summary>All that its details ever referred to: its own companions are among them.</summary>
    public ImmutableSortedSet<DatasetId> Referred { get; private init; } = [];

    public DatasetState Apply(StrataEvent @event, long position) => @event switch
    {
        DatasetCreated created => (this with { Created = created, Name = created.Name }).Refer(new(created.BlueprintDataset, null, null, created.AssetDataset)),
        DatasetPinned pinned => this with { Pinned = pinned, Name = pinned.Name },
        DatasetRenamed renamed => this with { Name = renamed.Name },
        DatasetDeleted => this with { IsDeleted = true },
        DatasetDetailsChanged e => Refer(new(e.BlueprintDataset, e.DefaultBlueprintSegment, e.DefaultSegmentTableBlueprintSegment, e.AssetDataset)),
        RetentionDeclared retention => this with { Retention = retention },
        RuleDeclared declared => this with { Rules = Rules.SetItem(declared.Rule, declared), Retired = Retired.Remove(declared.Rule) },
        RuleRetired retired when Rules.TryGetValue(retired.Rule, out var declared) =>
            this with { Rules = Rules.Remove(retired.Rule), Retired = Retired.SetItem(retired.Rule, declared) },
        RuleSuppressed suppressed => this with { Suppressed = Suppressed.SetItem((suppressed.Rule, suppressed.Segment), position) },
        RuleResumed resumed => this with
        {
            Suppressed = Suppressed.Remove((resumed.Rule, resumed.Segment)),
            Resumed = Resumed.SetItem((resumed.Rule, resumed.Segment), position),
        },
        _ => this,
    };

    /// <summary>A suppression holds until it is taken back or an input has other content than when a person took the layer away. Source: DESIGN rule 5.</summary>
    public bool IsSuppressed(string rule, string segment, SegmentState state, EquatableArray<DerivationInput> inputs)
    {
        if (!Suppressed.TryGetValue((rule, segment), out var since))
        {
            return false;
        }

        foreach (var input in inputs)
        {
            if (state.Find(input.Layer) is { } standing && standing.ContentSince > since)
            {
                return false;
            }
        }

        return true;
    }

    private DatasetState Refer(DatasetDetails details) =>
        this with { Details = details, Referred = Referred.Union(new[] { details.BlueprintDataset, details.AssetDataset }.OfType<DatasetId>()) };
}
