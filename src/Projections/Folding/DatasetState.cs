using Strata.Contracts;

namespace Strata.Projections.Folding;

/// <summary>What the folds keep in memory of one dataset: a handful of rows whatever the number of its segments.</summary>
internal sealed class DatasetState(long key, DatasetId id, long updatedAtNs, long revision)
{
    /// <summary>Position of its creation; names the dataset in all other tables, in eight bytes.</summary>
    public long Key { get; } = key;

    public DatasetId Id { get; } = id;

    public long UpdatedAtNs { get; private set; } = updatedAtNs;

    /// <summary>Position of the last change.</summary>
    public long Revision { get; private set; } = revision;

    public bool Changed { get; set; }

    /// <summary>Those that stand.</summary>
    public List<RuleState> Rules { get; } = [];

    /// <summary>Those that were retired and not declared since: evaluations from before go on naming them.</summary>
    public List<RuleState> Retired { get; } = [];

    /// <summary>Whether anything can have been evaluated in it.</summary>
    public bool HadRules => Rules.Count > 0 || Retired.Count > 0;

    public Dictionary<Sha256Digest, HeldState> Schemas { get; } = [];

    public Dictionary<long, HeldState> Shapes { get; } = [];

    /// <summary>Decisions that a rule's revision derives nothing from a schema.</summary>
    public Dictionary<(string Rule, int Revision, Sha256Digest Schema), SchemaDecision> SkippedSchemas { get; } = [];

    public long Suppressions { get; set; }

    public void Touch(long position, long recordedAtNs)
    {
        Revision = position;
        UpdatedAtNs = recordedAtNs;
        Changed = true;
    }

    public RuleState? FindRule(string rule) => Rules.Find(r => r.Rule == rule);

    public RuleState? FindRetired(string rule) => Retired.Find(r => r.Rule == rule);
}

/// <summary>The latest revision of a rule.</summary>
/// <param name="FirstDeclared">Position of its first revision, or of the first after it was retired: it does not apply to inputs that are older.</param>
internal sealed record RuleState(string Rule, int Revision, EquatableArray<string> Inputs, string OutputLayer, long Position, long FirstDeclared);

/// <param name="DeriverVersion">Null in logs of the first versions.</param>
internal readonly record struct SchemaDecision(long Position, int? DeriverVersion);

/// <summary>Something that current layers of the dataset have in common: a recording schema, a shape.</summary>
internal sealed class HeldState(long position, long holders)
{
    public long Position { get; } = position;

    public long Holders { get; set; } = holders;

    public bool Changed { get; set; }
}
