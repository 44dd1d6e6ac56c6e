using System.Collections.Immutable;

namespace Strata.DerivationWorkers;

/// <summary>What a layer of tracking errors says in short.</summary>
/// <param name="RmsPerJoint">In the order of the selected joints; empty where the joints are not known.</param>
public sealed record ErrorStatistics(double Mean, double P95, double Max, ImmutableArray<double> RmsPerJoint)
{
    private const double NinetyFivePercent = 0.95;

    /// <summary>Position of the joint with the largest root mean square, the first of several equal ones.</summary>
    public int WorstJoint => RmsPerJoint.IndexOf(RmsPerJoint.Max());

    /// <param name="errors">Finite norms, at least one.</param>
    /// <param name="sumsOfSquares">One a joint, over the same rows.</param>
    public static ErrorStatistics Of(ReadOnlySpan<double> errors, ReadOnlySpan<double> sumsOfSquares)
    {
        var rms = ImmutableArray.CreateBuilder<double>(sumsOfSquares.Length);
        foreach (var sum in sumsOfSquares)
        {
            rms.Add(Math.Sqrt(sum / errors.Length));
        }

        return new(MeanOf(errors), Percentile.Of(errors, NinetyFivePercent), MaxOf(errors), rms.MoveToImmutable());
    }

    /// <summary>One sum in row order: any other order, and so any vector, may give other bits. Source: DESIGN rule 7.</summary>
    public static double MeanOf(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private static double MaxOf(ReadOnlySpan<double> errors)
    {
        var max = errors[0];
        foreach (var error in errors)
        {
            max = Math.Max(max, error);
        }

        return max;
    }
}
