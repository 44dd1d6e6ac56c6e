using System.Collections.Immutable;

namespace Strata.DerivationWorkers;

/// <summary>
/// How often joints are at their limits: joint j is saturated in a row when qⱼ ≤ lowerⱼ + margin or qⱼ ≥ upperⱼ − margin.
/// </summary>
/// <param name="Fraction">Rows in which at least one joint is saturated, of those in which at least one has a value; NaN without such rows.</param>
/// <param name="Fractions">One a joint, of the rows in which it has a value; NaN without such rows.</param>
internal sealed record SaturationStatistics(double Fraction, ImmutableArray<double> Fractions)
{
    /// <summary>Rows between two looks at the cancellation token.</summary>
    private const int RowsPerLook = 1 << 16;

    /// <param name="joints">Per joint its values, one a row; NaN where it has none.</param>
    /// <param name="limits">Lower and upper limit a joint; infinite where it has none.</param>
    public static SaturationStatistics Of(double[][] joints, ReadOnlySpan<(double Lower, double Upper)> limits, double margin, CancellationToken cancellationToken)
    {
        var saturated = new long[joints.Length];
        var counted = new long[joints.Length];
        var (rowsSaturated, rowsCounted) = (0L, 0L);
        for (var row = 0; row < joints[0].Length; row++)
        {
            if (row % RowsPerLook == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var (isAny, hasAny) = (false, false);
            for (var joint = 0; joint < joints.Length; joint++)
            {
                var value = joints[joint][row];
                var isSaturated = value <= limits[joint].Lower + margin || value >= limits[joint].Upper - margin;
                saturated[joint] += isSaturated ? 1 : 0;
                counted[joint] += double.IsNaN(value) ? 0 : 1;
                isAny |= isSaturated;
                hasAny |= !double.IsNaN(value);
            }

            rowsSaturated += isAny ? 1 : 0;
            rowsCounted += hasAny ? 1 : 0;
        }

        return new((double)rowsSaturated / rowsCounted, [.. saturated.Zip(counted, (s, c) => (double)s / c)]);
    }
}
