namespace Strata.Projections.Fleet;

/// <summary>What each robot has in one segment.</summary>
internal static class SegmentShares
{
    private static readonly Dictionary<long, RobotTotals> None = [];

    /// <returns>By robot; empty where no layer of the segment came from one.</returns>
    public static IReadOnlyDictionary<long, RobotTotals> Of(IReadOnlyList<FleetLayer> layers)
    {
        Dictionary<long, RobotTotals>? shares = null;
        foreach (var layer in layers)
        {
            if (layer.Robot is { } robot)
            {
                shares ??= [];
                shares[robot] = shares.GetValueOrDefault(robot) + new RobotTotals(1, layer.SizeBytes, 0, 0, 0, 0);
            }
        }

        if (shares is null)
        {
            return None;
        }

        var segment = VerdictOf(layers) switch
        {
            Verdict.Good => new RobotTotals(0, 0, 1, 1, 0, 0),
            Verdict.Bad => new(0, 0, 1, 0, 1, 0),
            Verdict.Review => new(0, 0, 1, 0, 0, 1),
            _ => new(0, 0, 1, 0, 0, 0),
        };
        foreach (var robot in shares.Keys)
        {
            shares[robot] += segment;
        }

        return shares;
    }

    /// <summary>
    /// As the segment table has it: of several layers with the property the one registered last that says something. Source: catalog-protocol §6.4.
    /// Where a verdict was declared, what the tracking alone says does not count: the rules may read one another's layers, and come to their end in any order.
    /// </summary>
    private static Verdict VerdictOf(IReadOnlyList<FleetLayer> layers)
    {
        var (found, position) = (Verdict.None, 0L);
        var isDeclared = layers.Any(layer => layer.Verdict >= Verdict.DeclaredGood);
        foreach (var layer in layers)
        {
            var verdict = isDeclared == layer.Verdict >= Verdict.DeclaredGood ? Plain(layer.Verdict) : Verdict.None;
            var isBetter = verdict is Verdict.Good or Verdict.Bad ? found is Verdict.None or Verdict.Review || layer.Position > position : verdict == Verdict.Review && found == Verdict.None;
            if (isBetter)
            {
                (found, position) = (verdict, layer.Position);
            }
        }

        return found;
    }

    private static Verdict Plain(Verdict verdict) => verdict switch
    {
        Verdict.DeclaredGood => Verdict.Good,
        Verdict.DeclaredBad => Verdict.Bad,
        Verdict.DeclaredReview => Verdict.Review,
        _ => verdict,
    };
}
