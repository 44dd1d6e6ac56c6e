using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Which joints of a command and of an observation belong together, for every deriver that compares the two: <c>command</c>, <c>observation</c> (entity path or <c>entity:component</c>) or
/// <c>pairs</c> (list of <c>{command, observation, name}</c>, one a joint); <c>joints</c>, <c>commandJoints</c>, <c>observationJoints</c>; <c>names</c>; <c>index</c>; <c>unit</c>;
/// <c>wrap</c> (true, or a list with one flag a joint). None of them: the how-to. Source: DESIGN §7.
/// </summary>
/// <param name="Command">One column with all joints, or one column a joint.</param>
/// <param name="Observation">As many columns as <paramref name="Command"/>.</param>
/// <param name="Names">Of the instances of a row, or of the pairs; may be empty.</param>
/// <param name="Index">Null for <c>auto</c>.</param>
/// <param name="Wrap">Empty: none; one entry: all joints alike; else one a joint.</param>
public sealed record JointPairing(
    ImmutableArray<EntityColumn> Command,
    ImmutableArray<EntityColumn> Observation,
    bool IsPerJointEntity,
    ImmutableArray<string> Names,
    JointSelection CommandJoints,
    JointSelection ObservationJoints,
    string? Index,
    string Unit,
    ImmutableArray<bool> Wrap)
{
    public const string HowToCommand = "/action/joint_positions";
    public const string HowToObservation = "/observation/joint_positions";

    private const string AutoIndex = "auto";

    /// <summary>The columns to read: of pairs those that are selected.</summary>
    internal ImmutableArray<EntityColumn> SelectedCommand => Selected(Command);

    internal ImmutableArray<EntityColumn> SelectedObservation => Selected(Observation);

    /// <exception cref="ParameterException">A member is not what it should be; the message names it.</exception>
    internal static JointPairing Read(ParameterReader reader)
    {
        var pairs = reader.List("pairs");
        var commandMember = reader.Member("command");
        var observationMember = reader.Member("observation");
        if (pairs is not null && (commandMember ?? observationMember) is not null)
        {
            throw new ParameterException("pairs: expected either pairs or command and observation, found both");
        }

        var names = reader.Texts("names") ?? [];
        ImmutableArray<EntityColumn> command;
        ImmutableArray<EntityColumn> observation;
        if (pairs is null)
        {
            command = [commandMember is { } c ? EntityColumn.Read(reader, "command", c) : EntityColumn.Parse(HowToCommand)];
            observation = [observationMember is { } o ? EntityColumn.Read(reader, "observation", o) : EntityColumn.Parse(HowToObservation)];
        }
        else
        {
            (command, observation, names) = ReadPairs(pairs, names);
        }

        var commandJoints = ReadSide(reader, "commandJoints", names);
        var observationJoints = ReadSide(reader, "observationJoints", names);
        RefuseUnequal(pairs, commandJoints, observationJoints);
        var isHowTo = Is(command, HowToCommand) && Is(observation, HowToObservation);
        var unit = reader.OneOf("unit", isHowTo ? ErrorUnit.Radians : ErrorUnit.Native, ErrorUnit.Radians, ErrorUnit.Degrees, ErrorUnit.Metres, ErrorUnit.Native);
        var index = reader.Text("index");
        var pairing = new JointPairing(command, observation, pairs is not null, [.. names], commandJoints, observationJoints, index is AutoIndex or "" ? null : index, unit, Wrap: []);
        return pairing with { Wrap = JointWrap.Read(reader, unit, pairing.KnownJoints) };
    }

    /// <summary>How many joints are compared, where the parameters alone say it; null where only a recording does.</summary>
    internal int? KnownJoints => CommandJoints.Instances?.Length ?? ObservationJoints.Instances?.Length ?? (IsPerJointEntity ? Command.Length : null);

    /// <summary>What each joint's difference is wrapped by; 0 for a joint that does not wrap.</summary>
    internal double[] Periods(int joints) => JointWrap.Periods(Wrap, Unit, joints);

    /// <summary>As <see cref="Periods"/>, of an instance as it was logged; 0 for one that is not selected.</summary>
    internal double PeriodOf(JointSelection side, int column, int instance)
    {
        var position = IsPerJointEntity ? column : side.Instances is { } instances ? instances.IndexOf(instance) : instance;
        return position >= 0 && Wrap.Length > 0 && (Wrap.Length == 1 ? Wrap[0] : position < Wrap.Length && Wrap[position]) ? ErrorUnit.Period(Unit) ?? 0 : 0;
    }

    /// <summary>Name of the joint at a position of the selection: declared, else its instance on the command's side.</summary>
    internal string JointName(int position)
    {
        var instance = CommandJoints.Instances is { } instances ? instances[position] : position;
        return instance < Names.Length ? Names[instance] : instance.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What holds for both sides is told by the name under which it was declared.</summary>
    private static JointSelection ReadSide(ParameterReader reader, string side, IReadOnlyList<string> names)
    {
        const string both = "joints";
        var shared = reader.Member(both);
        return reader.Member(side) is { } own ? JointSelection.Read(reader, side, own, names) : JointSelection.Read(reader, both, shared, names);
    }

    private static bool Is(ImmutableArray<EntityColumn> columns, string entity) =>
        columns is [{ Component: EntityColumn.DefaultComponent } only] && only.Entity == EntityPath.Parse(entity);

    private ImmutableArray<EntityColumn> Selected(ImmutableArray<EntityColumn> columns) =>
        IsPerJointEntity && CommandJoints.Instances is { } instances ? [.. instances.Select(i => columns[i])] : columns;

    private static (ImmutableArray<EntityColumn> Command, ImmutableArray<EntityColumn> Observation, IReadOnlyList<string> Names) ReadPairs(
        IReadOnlyList<JsonElement> pairs, IReadOnlyList<string> names)
    {
        if (pairs.Count is 0 or > JointSelection.MaxJoints)
        {
            throw new ParameterException($"pairs: expected 1 to {JointSelection.MaxJoints} joints, found {pairs.Count}");
        }

        if (names.Count > 0)
        {
            throw new ParameterException("names: expected the names inside pairs, found both");
        }

        var command = ImmutableArray.CreateBuilder<EntityColumn>(pairs.Count);
        var observation = ImmutableArray.CreateBuilder<EntityColumn>(pairs.Count);
        var found = new List<string>(pairs.Count);
        for (var i = 0; i < pairs.Count; i++)
        {
            var pair = ParameterReader.Of(pairs[i], $"pairs[{i}]");
            command.Add(Required(pair, "command"));
            observation.Add(Required(pair, "observation"));
            found.Add(pair.Text("name") ?? command[i].Entity.Parts[^1]);
            pair.RefuseUnknown();
        }

        return (command.MoveToImmutable(), observation.MoveToImmutable(), found);
    }

    private static EntityColumn Required(ParameterReader pair, string name) => pair.Member(name) is { } element
        ? EntityColumn.Read(pair, name, element)
        : throw new ParameterException($"{pair.PathOf(name)}: expected an entity path or entity:component, found nothing");

    private static void RefuseUnequal(IReadOnlyList<JsonElement>? pairs, JointSelection command, JointSelection observation)
    {
        if (command.Instances is { } left && observation.Instances is { } right && left.Length != right.Length)
        {
            throw new ParameterException($"commandJoints: expected as many joints as observationJoints, found {left.Length} and {right.Length}");
        }

        if (pairs is null)
        {
            return;
        }

        if (Math.Max(command.Highest, observation.Highest) is var highest && highest >= pairs.Count)
        {
            throw new ParameterException($"joints: expected positions 0…{pairs.Count - 1} of the pairs, found {highest}");
        }

        if (command.Instances.HasValue != observation.Instances.HasValue
            || (command.Instances is { } a && observation.Instances is { } b && !a.SequenceEqual(b)))
        {
            throw new ParameterException("commandJoints, observationJoints: expected one selection for both sides of pairs; use joints");
        }
    }
}
