using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Joints over time, joint by joint, copied out of the chunks once.</summary>
/// <param name="Times">Ascending, each once; nanoseconds where the index has seconds.</param>
/// <param name="Joints">Per joint its values, one a time; NaN where a row has no finite number and such rows were kept.</param>
internal sealed record JointTrack((string Name, TimelineKind Kind) Index, long[] Times, double[][] Joints)
{
    private const double NsPerSecond = 1e9;

    public int Rows => Times.Length;

    /// <summary>From one time to a later one, exact up to the rounding of the division. Times may be as far apart as longs can be.</summary>
    public static double Seconds(long from, long to) => unchecked((ulong)to - (ulong)from) / NsPerSecond;

    /// <summary>Takes out whole turns, so that neighbouring values are at most half a turn apart.</summary>
    /// <param name="periods">A full turn of each joint; 0 for one that does not wrap.</param>
    public void Unwrap(ReadOnlySpan<double> periods)
    {
        for (var joint = 0; joint < Joints.Length; joint++)
        {
            if (periods[joint] != 0)
            {
                Unwrap(Joints[joint], periods[joint]);
            }
        }
    }

    private static void Unwrap(double[] values, double period)
    {
        var turns = 0.0;
        var before = double.NaN;
        for (var row = 0; row < values.Length; row++)
        {
            var value = values[row];
            if (double.IsNaN(value))
            {
                continue;
            }

            if (!double.IsNaN(before))
            {
                turns += Math.Round((value - before) / period);
            }

            before = value;
            var whole = period * turns;
            values[row] = value - whole;
        }
    }
}
