using Strata.Cli;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>How long the faults go on, and how close together they are. What is drawn follows from the seed; when it happens depends on the machine too.</summary>
/// <param name="Duration">Rounds of faults begin until then; one round is the least.</param>
internal sealed record SoakPlan(TimeSpan Duration, int Seed)
{
    public const string Variable = "STRATA_SOAK";

    public const int Robots = 50;

    public const int Workers = 2;

    /// <summary>Of one robot: with fifty of them ten a second, which leaves two cores room to catch up after a fault.</summary>
    public static readonly TimeSpan BetweenRecordings = TimeSpan.FromSeconds(5);

    /// <summary>The part of the recordings that are cut off or no recording at all.</summary>
    public const double Broken = 0.08;

    /// <summary>Each fault once.</summary>
    public bool IsOneRound => Duration == TimeSpan.Zero;

    public static SoakPlan OneRound(int seed) => new(TimeSpan.Zero, seed);

    /// <returns>Null when nobody asked for hours.</returns>
    public static SoakPlan? Asked(Func<int> seed) => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? new(DurationOption.Parse(Variable, text), seed()) : null;

    /// <summary>From the end of one fault to the beginning of the next.</summary>
    public TimeSpan NextGap(Random random) => TimeSpan.FromSeconds(IsOneRound ? random.Between(1, 3) : random.Between(5, 30));

    /// <summary>How long a server stays away.</summary>
    public TimeSpan NextOutage(Random random) => TimeSpan.FromSeconds(IsOneRound ? random.Between(1, 3) : random.Between(1, 15));

    public TimeSpan NextKill(Random random) => TimeSpan.FromSeconds(random.Between(2, 6));
}
