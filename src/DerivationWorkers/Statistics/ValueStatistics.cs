namespace Strata.DerivationWorkers;

/// <summary>The extremes of one joint, over its finite values.</summary>
/// <param name="Count">How many values are finite.</param>
/// <param name="Min">NaN when none is.</param>
/// <param name="Max">NaN when none is.</param>
/// <param name="AtExtremes">How many values are exactly the smallest or the largest one: many where a sensor clips.</param>
internal sealed record ValueStatistics(long Count, double Min, double Max, long AtExtremes)
{
    /// <param name="values">NaN where there is none.</param>
    public static ValueStatistics Of(ReadOnlySpan<double> values)
    {
        var (count, min, max) = (0L, double.NaN, double.NaN);
        foreach (var value in values)
        {
            if (double.IsNaN(value))
            {
                continue;
            }

            // Zero has two signs, and which of them is the smaller one must not depend on the order of rows.
            var unsigned = value + 0.0;
            min = count == 0 || unsigned < min ? unsigned : min;
            max = count == 0 || unsigned > max ? unsigned : max;
            count++;
        }

        var extreme = 0L;
        foreach (var value in values)
        {
            extreme += value == min || value == max ? 1 : 0;
        }

        return new(count, min, max, extreme);
    }
}
