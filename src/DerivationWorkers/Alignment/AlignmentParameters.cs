namespace Strata.DerivationWorkers;

/// <summary>How rows of command and observation are brought together. Source: DESIGN §7.</summary>
public enum AlignmentChoice
{
    /// <summary>Exact when at least half of the observations have a command at the same time, else latest-at.</summary>
    Auto,
    Exact,
    LatestAt,
    Nearest,
    Linear,
}

/// <summary>
/// <c>alignment</c> (<c>auto | exact | latest_at | nearest | linear</c>) with its limit, in the index's unit: <c>maxAgeNs</c> of latest-at, <c>maxDistanceNs</c> of nearest, <c>maxGapNs</c> of linear.
/// </summary>
/// <param name="Limit">Null: from the median command interval.</param>
public sealed record AlignmentParameters(AlignmentChoice Choice, long? Limit)
{
    internal const string Auto = "auto";
    internal const string Exact = "exact";
    internal const string LatestAt = "latest_at";
    internal const string Nearest = "nearest";
    internal const string Linear = "linear";

    /// <exception cref="ParameterException">A member is not what it should be, or a limit of an other alignment; the message names it.</exception>
    internal static AlignmentParameters Read(ParameterReader reader)
    {
        var name = reader.OneOf("alignment", Auto, Auto, Exact, LatestAt, Nearest, Linear);
        var choice = name switch
        {
            Exact => AlignmentChoice.Exact,
            LatestAt => AlignmentChoice.LatestAt,
            Nearest => AlignmentChoice.Nearest,
            Linear => AlignmentChoice.Linear,
            _ => AlignmentChoice.Auto,
        };
        // All three are asked for before one is taken: whoever told two hears of the wrong one, and not that it is unknown.
        var age = Limit("maxAgeNs", LatestAt, choice is not (AlignmentChoice.Nearest or AlignmentChoice.Linear));
        var distance = Limit("maxDistanceNs", Nearest, choice == AlignmentChoice.Nearest);
        var gap = Limit("maxGapNs", Linear, choice == AlignmentChoice.Linear);
        return new(choice, age ?? distance ?? gap);

        long? Limit(string member, string of, bool isOfChoice) => reader.Nanoseconds(member) is { } limit
            ? isOfChoice ? limit : throw new ParameterException($"{member}: is of alignment {of}, found alignment {name}")
            : null;
    }

    /// <summary>As a property says it.</summary>
    internal static string NameOf(AlignmentMethod method) => method switch
    {
        AlignmentMethod.Exact => Exact,
        AlignmentMethod.Nearest => Nearest,
        AlignmentMethod.Linear => Linear,
        _ => LatestAt,
    };

    /// <summary>The component of a property that says the limit, as the parameter that sets it; null for exact, which has none.</summary>
    internal static (string Component, string Parameter)? LimitOf(AlignmentMethod method) => method switch
    {
        AlignmentMethod.Exact => null,
        AlignmentMethod.Nearest => ("max_distance_ns", "maxDistanceNs"),
        AlignmentMethod.Linear => ("max_gap_ns", "maxGapNs"),
        _ => ("max_age_ns", "maxAgeNs"),
    };
}
