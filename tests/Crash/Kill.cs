using Strata.Crash.Life;

namespace Strata.Crash.Tests;

/// <param name="Seed">It drew the pair; null: the pair is named.</param>
internal sealed record Kill(string Point, int Occurrence, int? Seed = null)
{
    private const int Seeds = 50;

    public static IEnumerable<Kill> First => FaultPoint.All.Select(point => new Kill(point, 1));

    /// <summary>Each point's first and second passage, and the seeded pairs.</summary>
    /// <param name="passed">By a whole life.</param>
    public static IEnumerable<Kill> All(IReadOnlyDictionary<string, int> passed) =>
        [.. First, .. FaultPoint.All.Where(point => passed.GetValueOrDefault(point) > 1).Select(point => new Kill(point, 2)), .. Enumerable.Range(1, Seeds).Select(seed => Drawn(seed, passed))];

    private static Kill Drawn(int seed, IReadOnlyDictionary<string, int> passed)
    {
#pragma warning disable CA5394 // A seed is to give the same pair again: no secret is drawn.
        var random = new Random(seed);
        var point = FaultPoint.All[random.Next(FaultPoint.All.Count)];
        return new(point, 1 + random.Next(Math.Max(1, passed.GetValueOrDefault(point))), seed);
#pragma warning restore CA5394
    }
}
