using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>The error of every comparable row.</summary>
/// <param name="Times">Ascending.</param>
/// <param name="Errors">L2 norms, one a time, all finite.</param>
/// <param name="JointErrors">Command minus observation, row after row, as many as joints in each; empty unless asked for.</param>
/// <param name="SumsOfSquares">One a joint, over all rows here, without weights.</param>
/// <param name="PossibleWraps">One a joint: rows in which it differs by about whole turns.</param>
internal sealed record TrackingErrorRows(long[] Times, double[] Errors, double[] JointErrors, double[] SumsOfSquares, PossibleWrap PossibleWraps)
{
    /// <summary>Rows worked on at once: with seven joints both sides, differences and norms stay inside the first-level cache.</summary>
    private const int BlockRows = 256;

    /// <param name="times">Of all aligned rows.</param>
    /// <param name="periods">One a joint; see <see cref="ErrorNorm"/>.</param>
    /// <param name="weights">One a joint, or none; see <see cref="ErrorNorm"/>.</param>
    /// <param name="turn">A full turn in the joints' unit; null where it has none.</param>
    public static TrackingErrorRows Compute(
        ReadOnlySpan<long> times,
        JointSide command,
        JointSide observation,
        ComparableRows comparable,
        double[] periods,
        ReadOnlySpan<double> weights,
        double? turn,
        bool withJoints,
        DropCounts drops,
        CancellationToken cancellationToken)
    {
        var joints = periods.Length;
        var rows = comparable.Rows;
        var left = new BlockGatherer(command, joints, BlockRows);
        var right = new BlockGatherer(observation, joints, BlockRows);
        var differences = new double[joints * BlockRows];
        var norms = new double[BlockRows];
        var keptTimes = new long[rows.Length];
        var errors = new double[rows.Length];
        var jointErrors = withJoints ? new double[rows.Length * joints] : [];
        var sums = new double[joints];
        var wraps = new PossibleWrap(turn, periods);
        var kept = 0;
        for (var first = 0; first < rows.Length; first += BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = rows.AsSpan(first, Math.Min(BlockRows, rows.Length - first));
            left.Gather(block);
            right.Gather(block);
            ErrorNorm.Compute(left.Values, right.Values, block.Length, BlockRows, periods, weights, differences, norms);
            for (var i = 0; i < block.Length; i++)
            {
                if (left.HasNullJoint(i) || right.HasNullJoint(i))
                {
                    drops.Add(DropReasons.NullJoint);
                }
                else if (!double.IsFinite(norms[i]))
                {
                    drops.Add(DropReasons.NonFinite);
                }
                else
                {
                    AddSquares(differences, i, sums);
                    if (!weights.IsEmpty || wraps.MayBeIn(norms[i]))
                    {
                        wraps.Look(differences, i, BlockRows);
                    }

                    if (withJoints)
                    {
                        CopyJoints(differences, i, jointErrors.AsSpan(kept * joints, joints));
                    }

                    keptTimes[kept] = times[block[i]];
                    errors[kept++] = norms[i];
                }
            }
        }

        Array.Resize(ref keptTimes, kept);
        Array.Resize(ref errors, kept);
        Array.Resize(ref jointErrors, withJoints ? kept * joints : 0);
        return new(keptTimes, errors, jointErrors, sums, wraps);
    }

    /// <summary>Row by row, in the order of rows: the sums must not depend on the width of vectors.</summary>
    private static void AddSquares(double[] differences, int row, double[] sums)
    {
        for (var joint = 0; joint < sums.Length; joint++)
        {
            var difference = differences[joint * BlockRows + row];
            var square = difference * difference;
            sums[joint] += square;
        }
    }

    private static void CopyJoints(double[] differences, int row, Span<double> target)
    {
        for (var joint = 0; joint < target.Length; joint++)
        {
            target[joint] = differences[joint * BlockRows + row];
        }
    }
}
