using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Strata.DerivationWorkers;

/// <summary>
/// L2 norms of many rows at once, √(Σ wⱼ·dⱼ²). Vectors hold one joint of neighbouring rows, so each row's sum runs over its joints in their order whatever the width of the
/// machine, without fused multiply-add: the same bits with and without vector instructions. Source: DESIGN rule 7.
/// </summary>
internal static class ErrorNorm
{
    /// <param name="command">Joint-major: value of joint j in row r at <c>j * stride + r</c>.</param>
    /// <param name="observation">As <paramref name="command"/>.</param>
    /// <param name="periods">One a joint: what the difference is wrapped by, into ±period/2; 0 for a joint that does not wrap.</param>
    /// <param name="weights">Of the squares, one a joint; empty: all weigh 1, and nothing is multiplied.</param>
    /// <param name="differences">Command minus observation, wrapped; joint-major.</param>
    /// <param name="norms">One a row.</param>
    public static void Compute(
        ReadOnlySpan<double> command,
        ReadOnlySpan<double> observation,
        int rows,
        int stride,
        ReadOnlySpan<double> periods,
        ReadOnlySpan<double> weights,
        Span<double> differences,
        Span<double> norms)
    {
        norms = norms[..rows];
        norms.Clear();
        for (var joint = 0; joint < periods.Length; joint++)
        {
            var at = joint * stride;
            AddJoint(command.Slice(at, rows), observation.Slice(at, rows), periods[joint], weights.IsEmpty ? null : weights[joint], differences.Slice(at, rows), norms);
        }

        TakeRoots(norms);
    }

    private static void AddJoint(ReadOnlySpan<double> command, ReadOnlySpan<double> observation, double period, double? weight, Span<double> differences, Span<double> sums)
    {
        var row = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var c = ref MemoryMarshal.GetReference(command);
            ref var o = ref MemoryMarshal.GetReference(observation);
            ref var d = ref MemoryMarshal.GetReference(differences);
            ref var s = ref MemoryMarshal.GetReference(sums);
            for (; row <= sums.Length - Vector256<double>.Count; row += Vector256<double>.Count)
            {
                var at = (nuint)row;
                var difference = Vector256.Subtract(Vector256.LoadUnsafe(ref c, at), Vector256.LoadUnsafe(ref o, at));
                if (period != 0)
                {
                    var turns = Vector256.Round(Vector256.Divide(difference, Vector256.Create(period)));
                    difference = Vector256.Subtract(difference, Vector256.Multiply(Vector256.Create(period), turns));
                }

                difference.StoreUnsafe(ref d, at);
                var square = Vector256.Multiply(difference, difference);
                if (weight is { } factor)
                {
                    square = Vector256.Multiply(square, Vector256.Create(factor));
                }

                Vector256.Add(Vector256.LoadUnsafe(ref s, at), square).StoreUnsafe(ref s, at);
            }
        }

        for (; row < sums.Length; row++)
        {
            var difference = command[row] - observation[row];
            if (period != 0)
            {
                var turns = Math.Round(difference / period);
                var whole = period * turns;
                difference -= whole;
            }

            differences[row] = difference;
            var square = difference * difference;
            if (weight is { } factor)
            {
                square *= factor;
            }

            sums[row] += square;
        }
    }

    private static void TakeRoots(Span<double> sums)
    {
        var row = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var s = ref MemoryMarshal.GetReference(sums);
            for (; row <= sums.Length - Vector256<double>.Count; row += Vector256<double>.Count)
            {
                Vector256.Sqrt(Vector256.LoadUnsafe(ref s, (nuint)row)).StoreUnsafe(ref s, (nuint)row);
            }
        }

        for (; row < sums.Length; row++)
        {
            sums[row] = Math.Sqrt(sums[row]);
        }
    }
}
