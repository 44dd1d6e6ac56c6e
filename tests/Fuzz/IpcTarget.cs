using Strata.Arrow;

namespace Strata.Fuzz.Tests;

/// <summary>Arrow IPC streams, read to their last value, sliced, joined and written again.</summary>
internal sealed class IpcTarget : FuzzTarget
{
    /// <summary>Values of longer batches are not compared: some arrays are long without bytes.</summary>
    private const int MaxComparedRows = 2_000;

    public override string Name => "ipc";

    public override IReadOnlyList<byte[]> Seeds() => Corpus.ArrowStreams();

    public override byte[] Mutate(byte[] input, Mutator mutator) => mutator.Mutate(input);

    public override Task<string> RunAsync(byte[] input)
    {
        var read = 0;
        try
        {
            var reader = new ArrowStreamReader(input);
            while (reader.ReadNextRecordBatchWithCustomMetadata() is { } next)
            {
                Use(next.Batch);
                read++;
            }
            return Task.FromResult($"{read} batches of {reader.Schema.FieldCount}");
        }
        catch (ArrowFormatException e)
        {
            return Task.FromResult($"{Math.Min(read, 2)} then {Words.Of(e.Expected)}");
        }
    }

    private static void Use(RecordBatch batch)
    {
        if (batch.Length > MaxComparedRows || batch.Arrays.Sum(column => Weight(column.Data)) > MaxComparedRows)
        {
            return;
        }
        ArrayEquality.ValuesEqual(batch, batch).ShouldBeTrue("a batch is itself");
        var half = batch.Length / 2;
        foreach (var column in batch.Arrays)
        {
            var joined = ArrayConcatenator.Concatenate([column.Slice(0, half), column.Slice(half, batch.Length - half)]);
            ArrayEquality.ValuesEqual(joined, column).ShouldBeTrue("two halves are the whole");
        }
        var again = RecordBatch.FromIpcStream(batch.ToIpcStream());
        ArrayEquality.ValuesEqual(again, batch).ShouldBeTrue("what is written is what was read");
        ArrayEquality.ValuesEqual(RecordBatch.FromIpcStream(batch.Slice(half, batch.Length - half).ToIpcStream()), batch.Slice(half, batch.Length - half)).ShouldBeTrue("so is a part of it");
    }

    /// <summary>At most so many values does an array show: overlapping lists, dictionaries, runs and dense unions show the same one many times, so that few rows can show very many.</summary>
    private static long Weight(ArrayData data)
    {
        const long most = int.MaxValue;
        var below = Math.Min(most, data.Children.Sum(Weight) + (data.Dictionary is { } values ? Weight(values) : 0));
        return data.DataType is ListViewType or LargeListViewType or DictionaryType or RunEndEncodedType or UnionType ? data.Length * (below + 1) : data.Length + below;
    }
}
