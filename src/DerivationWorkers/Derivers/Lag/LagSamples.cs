using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Command and observation at even times, from the first to the last time that both sides have, each brought there on straight lines.</summary>
/// <param name="StepNs">Between two samples.</param>
/// <param name="Commands">Per joint its samples; 0 where <paramref name="IsValid"/> is not.</param>
/// <param name="IsValid">By sample: whether both sides have a finite number of every joint.</param>
internal sealed record LagSamples(long StepNs, double[][] Commands, double[][] Observations, bool[] IsValid)
{
    private const int BlockRows = 256;

    public int Joints => Commands.Length;

    public int Valid => IsValid.Count(v => v);

    /// <param name="count">At most <see cref="UniformSamples.MaxSamples"/>.</param>
    /// <returns>Without joints where no sample has all of them.</returns>
    public static LagSamples Of(LagParameters parameters, PairedSeries series, long start, long stepNs, int count, DropCounts drops, CancellationToken cancellationToken)
    {
        var times = new long[count];
        for (var i = 0; i < count; i++)
        {
            times[i] = start + i * stepNs;
        }

        var joints = parameters.Joints;
        var command = Side(joints, series.Commands, joints.CommandJoints, times, parameters.MaxGapNs);
        var observation = Side(joints, series.Observations, joints.ObservationJoints, times, parameters.MaxGapNs);
        var comparable = ComparableRows.Find(command, observation, drops);
        var samples = new LagSamples(stepNs, Empty(comparable.Joints, count), Empty(comparable.Joints, count), new bool[count]);
        samples.Fill(command, observation, comparable.Rows, drops, cancellationToken);
        return samples;
    }

    private static JointSide Side(JointPairing joints, IReadOnlyList<JointSeries> series, JointSelection selection, long[] times, long? maxGap) => JointSide.Of(
        [.. series.Select((column, i) => SeriesAlignment.At(
            column, times, 0, new(AlignmentMethod.Linear, maxGap ?? RowAlignment.DefaultMaxAge(column.Times)), instance => joints.PeriodOf(selection, i, instance)))],
        joints.IsPerJointEntity ? null : selection.Instances?.ToArray(),
        joints.IsPerJointEntity);

    private static double[][] Empty(int joints, int count) => [.. Enumerable.Range(0, joints).Select(_ => new double[count])];

    private void Fill(JointSide command, JointSide observation, int[] rows, DropCounts drops, CancellationToken cancellationToken)
    {
        var left = new BlockGatherer(command, Joints, BlockRows);
        var right = new BlockGatherer(observation, Joints, BlockRows);
        for (var first = 0; first < rows.Length; first += BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = rows.AsSpan(first, Math.Min(BlockRows, rows.Length - first));
            left.Gather(block);
            right.Gather(block);
            for (var i = 0; i < block.Length; i++)
            {
                var reason = left.HasNullJoint(i) || right.HasNullJoint(i) ? DropReasons.NullJoint : IsFinite(left, i) && IsFinite(right, i) ? null : DropReasons.NonFinite;
                if (reason is not null)
                {
                    drops.Add(reason);
                    continue;
                }

                IsValid[block[i]] = true;
                for (var joint = 0; joint < Joints; joint++)
                {
                    Commands[joint][block[i]] = left.Values[joint * BlockRows + i];
                    Observations[joint][block[i]] = right.Values[joint * BlockRows + i];
                }
            }
        }
    }

    private bool IsFinite(BlockGatherer side, int row)
    {
        for (var joint = 0; joint < Joints; joint++)
        {
            if (!double.IsFinite(side.Values[joint * BlockRows + row]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the joint moves on both sides: what stands still has no lag.</summary>
    public bool Moves(int joint) => Moves(Commands[joint]) && Moves(Observations[joint]);

    private bool Moves(double[] values)
    {
        double? first = null;
        for (var i = 0; i < values.Length; i++)
        {
            if (IsValid[i])
            {
                first ??= values[i];
                if (values[i] != first)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Mean L2 norm of cᵢ − oᵢ₊ₖ over the samples that both sides have; NaN without any.</summary>
    /// <param name="periods">One a joint: what a difference is wrapped by; 0 for none.</param>
    public double MeanErrorAt(int lag, double[] periods)
    {
        var (sum, count) = (0.0, 0L);
        for (var i = Math.Max(0, -lag); i < Math.Min(IsValid.Length, IsValid.Length - lag); i++)
        {
            if (IsValid[i] && IsValid[i + lag])
            {
                sum += ErrorAt(i, i + lag, periods);
                count++;
            }
        }

        return sum / count;
    }

    private double ErrorAt(int command, int observation, double[] periods)
    {
        var squares = 0.0;
        for (var joint = 0; joint < Joints; joint++)
        {
            var difference = Commands[joint][command] - Observations[joint][observation];
            if (periods[joint] != 0)
            {
                var whole = periods[joint] * Math.Round(difference / periods[joint]);
                difference -= whole;
            }

            var square = difference * difference;
            squares += square;
        }

        return Math.Sqrt(squares);
    }

    /// <summary>
    /// For correlation: whole turns between neighbouring samples are taken out, and each joint's mean, so that sums of squares keep their digits. What stands still on a side is 0 on
    /// both: a joint that is commanded and does not answer would draw the lag of all to where least of its movement is compared.
    /// </summary>
    public (double[][] Commands, double[][] Observations) Centred(double[] periods)
    {
        var moves = Enumerable.Range(0, Joints).Select(Moves).ToArray();
        return (Centred(Commands, periods, moves), Centred(Observations, periods, moves));
    }

    private double[][] Centred(double[][] side, double[] periods, bool[] moves) =>
        [.. side.Select((values, joint) => moves[joint] ? Centred(values, periods[joint]) : new double[values.Length])];

    private double[] Centred(double[] values, double period)
    {
        var (centred, sum, count, turns, before) = (new double[values.Length], 0.0, 0L, 0.0, double.NaN);
        for (var i = 0; i < values.Length; i++)
        {
            if (!IsValid[i])
            {
                continue;
            }

            turns += period == 0 || double.IsNaN(before) ? 0 : Math.Round((values[i] - before) / period);
            before = values[i];
            var whole = period * turns;
            centred[i] = values[i] - whole;
            sum += centred[i];
            count++;
        }

        var mean = sum / count;
        for (var i = 0; i < values.Length; i++)
        {
            centred[i] = IsValid[i] ? centred[i] - mean : 0;
        }

        return centred;
    }
}
