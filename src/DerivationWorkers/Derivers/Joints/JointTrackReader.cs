using Strata.Contracts;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers;

/// <summary>What was read of the joints, or why there is nothing to compute from.</summary>
/// <param name="Track">Null when skipped.</param>
internal sealed record JointReading(JointTrack? Track, DropCounts Drops, Derivation.Skipped? Skip);

/// <summary>Brings the joints that a rule names into memory as <see cref="JointTrack"/>. Joints of several entities meet on the first one's times. Source: DESIGN §7.</summary>
internal static class JointTrackReader
{
    /// <summary>Rows between two looks at the cancellation token.</summary>
    private const int RowsPerLook = 1 << 16;

    /// <param name="needsSeconds">Whether a sequence will not do as index.</param>
    /// <param name="keepsNonFinite">Whether rows stay in which some joint has no finite number; it is NaN there.</param>
    public static JointReading Read(DerivationRequest request, JointInput input, bool needsSeconds, bool keepsNonFinite, CancellationToken cancellationToken)
    {
        var columns = input.Selected;
        var chunks = columns.Select(column => LoggedColumns.ChunksOf(request.Inputs, column)).ToList();
        for (var i = 0; i < columns.Length; i++)
        {
            if (LoggedColumns.WhyNoRows(columns[i], chunks[i]) is { } why)
            {
                return Skipped(SkipReasons.NoData, why, new());
            }
        }

        var (index, refusal) = IndexChoice.Choose(chunks, input.Index, needsSeconds);
        if (index is not { } chosen)
        {
            return Skipped(SkipReasons.NoCommonIndex, refusal, new());
        }

        cancellationToken.ThrowIfCancellationRequested();
        var all = LoggedColumns.AllOf(request.Inputs).ToList();
        var series = columns.Select((column, i) => JointSeries.Of(all, column, chosen, keepNulls: i == 0)).ToList();
        var drops = new DropCounts();
        drops.Add(DropReasons.SupersededAtSameTime, series[0].Superseded);
        var aligned = RowAlignment.Align([], series, AlignmentChoice.Auto, RowAlignment.DefaultMaxAge(series[0].Times), 0);
        var side = JointSide.Of(aligned.Observations, input.IsPerJointEntity ? null : input.Joints.Instances?.ToArray(), input.IsPerJointEntity);
        var usable = UsableRows.Find(side, drops);
        if (usable.Rows.Length == 0)
        {
            var why = usable.Fewer is { } fewer ? $"rows of {columns[0]} have {fewer} instances, fewer than the joints selected; to take them all: `--set joints={(fewer == 1 ? "0" : $"0..{fewer - 1}")}`" : "no row has a value of every joint";
            return Skipped(SkipReasons.NoComparableRows, Counted(why, aligned.Times.Length, drops), drops);
        }

        if (input.Wrap.Length > 1 && input.Wrap.Length != usable.Joints)
        {
            return Skipped(SkipReasons.NoComparableRows, $"wrap tells of {input.Wrap.Length} joints, {usable.Joints} are read; tell one flag a joint, or one for all", drops);
        }

        var track = Copy(side, usable, aligned.Times.Span, chosen, keepsNonFinite, drops, cancellationToken);
        if (track.Rows == 0)
        {
            return Skipped(SkipReasons.NoComparableRows, Counted("no row has a finite value of every joint", aligned.Times.Length, drops), drops);
        }

        track.Unwrap(JointWrap.Periods(input.Wrap, input.UnitOrNative, usable.Joints));
        return new(track, drops, null);
    }

    private static JointTrack Copy(
        JointSide side, UsableRows usable, ReadOnlySpan<long> times, (string Name, TimelineKind Kind) index, bool keepsNonFinite, DropCounts drops, CancellationToken cancellationToken)
    {
        var rows = usable.Rows;
        var hasNull = new bool[rows.Length];
        var joints = Array.ConvertAll(side.Sources(usable.Joints), source => Copy(side, source, rows, hasNull, cancellationToken));
        var kept = new long[rows.Length];
        var count = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (!keepsNonFinite && IsAnyNaN(joints, i))
            {
                drops.Add(hasNull[i] ? DropReasons.NullJoint : DropReasons.NonFinite);
                continue;
            }

            kept[count] = times[rows[i]];
            foreach (var joint in joints)
            {
                joint[count] = joint[i];
            }

            count++;
        }

        Array.Resize(ref kept, count);
        for (var joint = 0; joint < joints.Length; joint++)
        {
            Array.Resize(ref joints[joint], count);
        }

        return new(index, kept, joints);
    }

    private static bool IsAnyNaN(double[][] joints, int row)
    {
        foreach (var joint in joints)
        {
            if (double.IsNaN(joint[row]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One joint of all rows; NaN where it is null or not finite.</summary>
    private static double[] Copy(JointSide side, JointSource source, int[] rows, bool[] hasNull, CancellationToken cancellationToken)
    {
        var copied = new double[rows.Length];
        var cells = side.Cells[source.Column];
        for (var i = 0; i < rows.Length;)
        {
            var number = cells[rows[i]].Block;
            var block = side.Blocks[source.Column][number];
            var values = block.Values;
            var offsets = block.Offsets;
            for (; i < rows.Length && cells[rows[i]].Block == number; i++)
            {
                if (i % RowsPerLook == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                var at = offsets[cells[rows[i]].Row] * block.Stride + source.Instance;
                var isNull = block.MayHaveNullJoints && block.IsNullJoint(at);
                hasNull[i] |= isNull;
                copied[i] = !isNull && double.IsFinite(values[at]) ? values[at] : double.NaN;
            }
        }

        return copied;
    }

    private static string Counted(string why, int rows, DropCounts drops) =>
        $"{why} (dropped of {rows} rows: {string.Join(", ", drops.ToList().Select(d => $"{d.Reason} {d.Count}"))})";

    private static JointReading Skipped(string reason, string detail, DropCounts drops) => new(null, drops, new(reason, detail, drops.ToList()));
}
