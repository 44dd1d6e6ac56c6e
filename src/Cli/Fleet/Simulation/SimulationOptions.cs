using System.Globalization;

namespace Strata.Cli;

/// <param name="Rate">Recordings a second of each robot.</param>
/// <param name="Broken">The part of the recordings that are cut off in the middle.</param>
/// <param name="Duplicates">The part of the recordings that are published twice.</param>
/// <param name="BadlyTuned">The part of the robots whose controller is set wrong.</param>
internal sealed record SimulationOptions(string Dataset, int Robots, double Rate, TimeSpan Duration, int Seed, double Broken, double Duplicates, double BadlyTuned)
{
    public int RecordingsPerRobot => Math.Max(1, (int)Math.Round(Duration.TotalSeconds * Rate));

    public IReadOnlyList<SimulatedRobot> MakeRobots() =>
        [.. Enumerable.Range(1, Robots).Select(n => new SimulatedRobot(n, string.Create(CultureInfo.InvariantCulture, $"arm-{n:D2}"), Tuning.OfRobot(Seed, n, !IsBadlyTuned(n))))];

    /// <summary>Evenly among them, from a robot on that the seed says: a robot is the same one whatever the number of the others, and of few some are bad all the same.</summary>
    private bool IsBadlyTuned(int robot)
    {
        var first = SeededRandom.Of(Seed).NextDouble();
        return Math.Floor((robot * BadlyTuned) + first) > Math.Floor(((robot - 1) * BadlyTuned) + first);
    }
}

internal sealed record SimulatedRobot(int Number, string Name, Tuning Tuning);
