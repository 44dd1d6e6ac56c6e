using Strata.Arrow;
using Strata.Rrd.Building;

namespace Strata.Rrd.Tests.Building;

/// <summary>Calls at random, with what must be read of them: of each row its times and the items of its components.</summary>
internal sealed class AnyRecording
{
    private static readonly string[] Parts = ["arm", "joint 1", "größe", "x/y", "😀", ".", "_", "back\\slash", "\n"];
    private static readonly (string Name, TimelineKind Kind)[] Timelines =
        [("frame", TimelineKind.Sequence), ("real_time", TimelineKind.Timestamp), ("since start", TimelineKind.Duration), ("Ärger", TimelineKind.Sequence)];

    private static readonly ComponentDescriptor[] Components =
    [
        ComponentDescriptor.Of("rerun.archetypes.Scalars", "scalars", "rerun.components.Scalar"), ComponentDescriptor.Any("text"), ComponentDescriptor.Any("flag"),
        ComponentDescriptor.Of("rerun.archetypes.Points3D", "positions", "rerun.components.Position3D"), ComponentDescriptor.Of("my.Own", "pair", null), ComponentDescriptor.Any("numbers"),
        ComponentDescriptor.Any("bytes"), ComponentDescriptor.Any("nothing"),
    ];

    private readonly Random _random;

    public AnyRecording(int seed)
    {
        _random = new Random(seed);
        Calls = [.. Enumerable.Range(0, _random.Next(7)).Select(_ => Call())];
    }

    public IReadOnlyList<AnyCall> Calls { get; }

    public async Task SendAsync(RecordingBuilder recording)
    {
        foreach (var call in Calls)
        {
            await (call.Path.IsProperty
                ? recording.SendPropertyAsync(call.Path.Parts[1], call.Columns, Built.Token)
                : recording.SendColumnsAsync(call.Path, call.Indexes, call.Columns, Built.Token));
        }
    }

    private AnyCall Call()
    {
        var rows = _random.Next(1, 9);
        var isProperty = _random.Next(5) == 0;
        var path = isProperty
            ? EntityPath.Properties.Append(Any(Parts))
            : EntityPath.FromParts([.. Enumerable.Range(0, _random.Next(4)).Select(_ => Any(Parts))]);
        TimeColumn[] indexes = isProperty ? [] : [.. Some(Timelines).Select(timeline => new TimeColumn(timeline.Name, TimelineTypes.ArrayOf(timeline.Kind, Times(rows))))];
        var columns = Some(Components).DefaultIfEmpty(Components[0]).Select(component => new ComponentColumn(component, Lists(Array.IndexOf(Components, component), rows))).ToArray();
        return new AnyCall(path, indexes, columns);
    }

    // Rows are null, empty or of some items; the lists are a slice of longer ones.
    private ListArray Lists(int kind, int rows)
    {
        var before = _random.Next(3);
        var offsets = new int[before + rows + 2];
        offsets[0] = _random.Next(3);
        for (var row = 1; row < offsets.Length; row++)
        {
            offsets[row] = offsets[row - 1] + _random.Next(4);
        }
        var items = Items(kind, offsets[^1] + _random.Next(3));
        var isValid = Enumerable.Range(0, offsets.Length - 1).Select(_ => _random.Next(4) != 0).ToArray();
        return (ListArray)ListArray.From(new Field(_random.Next(2) == 0 ? "item" : "element", items.DataType, nullable: true), offsets, items, isValid).Slice(before, rows);
    }

    private IArrowArray Items(int kind, int count) => kind switch
    {
        0 => DoubleArray.FromNullable(Values(count, () => (double?)BitConverter.Int64BitsToDouble(_random.NextInt64(long.MinValue, long.MaxValue)))),
        1 => StringArray.From([.. Enumerable.Range(0, count).Select(_ => _random.Next(4) == 0 ? null : Any(Parts))]),
        2 => BooleanArray.FromNullable(Values(count, () => (bool?)(_random.Next(2) == 0))),
        3 => FixedSizeListArray.From(new Field("item", FloatType.Default, nullable: false), 3, FloatArray.From(Values(3 * count, _random.NextSingle))),
        4 => new StructArray(new ArrayData(
            new StructType([new Field("left", Int64Type.Default, true), new Field("right", StringType.Default, true)]), count, 0, 0, [ArrowBuffer.Empty], [Items(5, count).Data, Items(1, count).Data])),
        5 => Int64Array.FromNullable(Values(count, () => _random.Next(4) == 0 ? (long?)null : _random.NextInt64(long.MinValue, long.MaxValue))),
        6 => BinaryArray.From([.. Enumerable.Range(0, count).Select(_ => new byte[_random.Next(5)])]),
        _ => new NullArray(count),
    };

    private long[] Times(int rows) => Values(rows, () => _random.Next(10) switch
    {
        0 => long.MaxValue,
        1 => long.MinValue + 1,
        var few => few % 4,
    });

    private static T[] Values<T>(int count, Func<T> next) => [.. Enumerable.Range(0, count).Select(_ => next())];

    private T Any<T>(T[] of) => of[_random.Next(of.Length)];

    private T[] Some<T>(T[] of) => [.. of.Where(_ => _random.Next(3) == 0)];
}

/// <summary>One call, as its rows in the order in which they must be read.</summary>
internal sealed record AnyCall(EntityPath Path, IReadOnlyList<TimeColumn> Indexes, IReadOnlyList<ComponentColumn> Columns)
{
    public bool IsSaidBy(Chunk chunk)
    {
        var timelines = Indexes.OrderBy(index => index.Name, StringComparer.Ordinal).ToList();
        var rows = Enumerable.Range(0, Columns[0].Lists.Length).OrderBy(_ => 0);
        foreach (var timeline in timelines)
        {
            rows = rows.ThenBy(row => timeline.Times[row]);
        }
        int[] order = [.. rows];
        return chunk.EntityPath == Path && chunk.NumRows == order.Length
            && chunk.Timelines.Select(timeline => (timeline.Name, timeline.Kind)).SequenceEqual(timelines.Select(timeline => (timeline.Name, timeline.Kind)))
            && timelines.TrueForAll(timeline => chunk.Timeline(timeline.Name)!.Times.ToArray().SequenceEqual(order.Select(row => timeline.Times[row])))
            && chunk.Components.Select(component => component.Descriptor).SequenceEqual(Columns.Select(column => column.Descriptor).Order())
            && Columns.All(column => order.Index().All(at => Same(column.Lists.GetSlicedValues(at.Item), chunk.Component(column.Descriptor.Component)!.Lists.GetSlicedValues(at.Index))));
    }

    private static bool Same(IArrowArray? one, IArrowArray? other) => one is null || other is null ? one is null && other is null : ArrayEquality.ValuesEqual(one, other);
}
