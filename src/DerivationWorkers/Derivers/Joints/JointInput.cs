using System.Collections.Immutable;
using System.Globalization;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Which joints a deriver of one side looks at: <c>entity</c> (entity path or <c>entity:component</c>) or <c>entities</c> (a list, one a joint), <c>joints</c>, <c>names</c>, <c>index</c>,
/// <c>unit</c>, <c>wrap</c>, as in <see cref="TrackingErrorParameters"/>. Without either entity: the how-to's observation.
/// </summary>
/// <param name="Columns">One column with all joints, or one column a joint.</param>
/// <param name="Names">Of the instances of a row, or of the entities; may be empty.</param>
/// <param name="Index">Null for <c>auto</c>.</param>
/// <param name="Unit">Null when nobody declared it and the entity is not the how-to's.</param>
/// <param name="Wrap">Empty: none; one entry: all joints alike; else one a joint.</param>
public sealed record JointInput(
    ImmutableArray<EntityColumn> Columns,
    bool IsPerJointEntity,
    ImmutableArray<string> Names,
    JointSelection Joints,
    string? Index,
    string? Unit,
    ImmutableArray<bool> Wrap)
{
    private const string AutoIndex = "auto";

    /// <summary>What properties say of the unit.</summary>
    public string UnitOrNative => Unit ?? ErrorUnit.Native;

    /// <summary>The columns to read: of entities those that are selected.</summary>
    internal ImmutableArray<EntityColumn> Selected => IsPerJointEntity && Joints.Instances is { } instances ? [.. instances.Select(i => Columns[i])] : Columns;

    /// <param name="canWrap">Whether the deriver has a meaning for <c>wrap</c>.</param>
    /// <exception cref="ParameterException">A member is not what it should be; the message names it.</exception>
    internal static JointInput Read(ParameterReader reader, bool canWrap)
    {
        var entity = reader.Member("entity");
        var entities = reader.List("entities");
        if (entity is not null && entities is not null)
        {
            throw new ParameterException("entities: expected either entity or entities, found both");
        }

        ImmutableArray<EntityColumn> columns = entities is not null ? [.. entities.Select(e => EntityColumn.Read(reader, "entities", e))]
            : [entity is { } one ? EntityColumn.Read(reader, "entity", one) : EntityColumn.Parse(TrackingErrorParameters.HowToObservation)];
        if (columns.Length is 0 or > JointSelection.MaxJoints || columns.Distinct().Count() != columns.Length)
        {
            throw new ParameterException($"entities: expected 1 to {JointSelection.MaxJoints} entities, each once, found {columns.Length}, of which {columns.Distinct().Count()} differ");
        }

        var names = reader.Texts("names") ?? [];
        names = entities is null || names.Count > 0 ? names : [.. columns.Select(c => c.Entity.Parts[^1])];
        var joints = JointSelection.Read(reader, "joints", reader.Member("joints"), names);
        if (entities is not null && (joints.Highest >= columns.Length || names.Count != columns.Length))
        {
            throw new ParameterException(joints.Highest >= columns.Length
                ? $"joints: expected positions 0…{columns.Length - 1} of the entities, found {joints.Highest}"
                : $"names: expected as many as entities, found {names.Count} and {columns.Length}");
        }

        var unit = reader.OneOf("unit", IsHowTo(columns) ? ErrorUnit.Radians : "", ErrorUnit.Radians, ErrorUnit.Degrees, ErrorUnit.Metres, ErrorUnit.Native);
        var index = reader.Text("index");
        return new(
            columns,
            entities is not null,
            [.. names],
            joints,
            index is AutoIndex or "" ? null : index,
            unit.Length == 0 ? null : unit,
            canWrap ? JointWrap.Read(reader, unit.Length == 0 ? ErrorUnit.Native : unit, joints.Instances?.Length ?? (entities is null ? null : columns.Length)) : []);
    }

    /// <summary>Name of the joint at a position of the selection: declared, else its instance.</summary>
    internal string JointName(int position)
    {
        var instance = Joints.Instances is { } instances ? instances[position] : position;
        return instance < Names.Length ? Names[instance] : instance.ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsHowTo(ImmutableArray<EntityColumn> columns) =>
        columns is [{ Component: EntityColumn.DefaultComponent } only]
        && (only.Entity == EntityPath.Parse(TrackingErrorParameters.HowToObservation) || only.Entity == EntityPath.Parse(TrackingErrorParameters.HowToCommand));
}
