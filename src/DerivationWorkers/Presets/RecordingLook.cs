using Strata.Arrow;

namespace Strata.DerivationWorkers;

/// <summary>What a preset sees of a recording: the columns that can hold joints, and how many instances a row of them has.</summary>
/// <param name="Joints">In the order of their names.</param>
internal sealed record RecordingLook(IReadOnlyList<EntityColumn> Joints, IReadOnlyDictionary<EntityColumn, int> Instances)
{
    private const string ScalarsPrefix = "Scalars:";

    /// <summary>Columns of numbers that are no property; of Rerun's archetypes only scalars: points and images are lists of numbers too, and no joints.</summary>
    public static IReadOnlyList<EntityColumn> ColumnsOf(Schema schema) =>
    [
        .. SchemaColumns.JointsOf(schema)
            .Where(c => !c.Component.Contains(':', StringComparison.Ordinal) || c.Component.StartsWith(ScalarsPrefix, StringComparison.Ordinal))
            .OrderBy(c => c.ToString(), StringComparer.Ordinal),
    ];

    public bool Has(EntityColumn column) => Joints.Contains(column);

    /// <summary>Null where no row says it.</summary>
    public int? InstancesOf(EntityColumn column) => Instances.TryGetValue(column, out var count) ? count : null;

    public RecordingLook Only(Func<EntityColumn, bool> wanted) => this with { Joints = [.. Joints.Where(wanted)] };
}
