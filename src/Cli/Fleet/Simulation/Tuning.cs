namespace Strata.Cli;

/// <summary>How the controller of an arm is set: a spring and a damper between where each joint is and where it should be.</summary>
/// <param name="Stiffness">Acceleration a radian of error, 1/s².</param>
/// <param name="Damping">Deceleration a radian a second, 1/s. Damping over stiffness is the time by which the arm lags.</param>
/// <param name="LatencySeconds">Between a command and its effect.</param>
/// <param name="NoiseRadians">Standard deviation of the measured joint positions.</param>
internal sealed record Tuning(string Name, double Stiffness, double Damping, double LatencySeconds, double NoiseRadians)
{
    public const string Good = "good";

    // Each kind of trouble for itself is enough for a mean error well above the usual threshold of 0.13 rad; a well tuned arm stays at about half of it.
    private static readonly Func<Random, Tuning>[] Troubles =
    [
        random => Of("soft", random.Between(45, 60), 1, random, latencySeconds: 0.01, noiseRadians: 0.003),
        random => Of("sluggish", random.Between(300, 400), random.Between(3.2, 3.8), random, latencySeconds: 0.01, noiseRadians: 0.003),
        random => Of("late", random.Between(800, 1_000), 0.9, random, latencySeconds: 0.25, noiseRadians: 0.003),
        random => Of("noisy", random.Between(800, 1_000), 0.9, random, latencySeconds: 0.01, noiseRadians: 0.09),
    ];

    public bool IsGood => Name == Good;

    /// <summary>A robot keeps its tuning over all its recordings.</summary>
    public static Tuning OfRobot(int seed, int robot, bool isGood)
    {
        var random = SeededRandom.Of(seed, robot);
        return isGood ? Of(Good, random.Between(850, 1_100), random.Between(0.8, 1), random, latencySeconds: 0.008, noiseRadians: 0.003) : Troubles[random.Next(Troubles.Length)](random);
    }

    /// <param name="dampingRatio">1: as fast as can be without swinging over.</param>
    private static Tuning Of(string name, double stiffness, double dampingRatio, Random random, double latencySeconds, double noiseRadians) =>
        new(name, stiffness, 2 * dampingRatio * Math.Sqrt(stiffness), latencySeconds * random.Between(0.9, 1.3), noiseRadians * random.Between(0.9, 1.2));
}
