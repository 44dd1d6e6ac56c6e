using FsCheck;
using FsCheck.Fluent;
using Strata.Arrow.Tests.Support;

namespace Strata.Arrow.Tests;

public class RandomBatchTests
{
    [Fact]
    public void Any_rows_of_lists_text_and_numbers_come_back() =>
        Prop.ForAll<(double?[]? Numbers, string? Text, bool? Flag)[]>(rows =>
        {
            RecordBatch batch = Batch(rows);
            RecordBatch back = RecordBatch.FromIpcStream(batch.ToIpcStream());
            return ArrayEquality.ValuesEqual(back, batch) && SameRows(back, rows) && back.ToIpcStream().AsSpan().SequenceEqual(batch.ToIpcStream());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_part_of_any_batch_is_that_part_after_writing_and_after_joining() =>
        Prop.ForAll<(double?[]? Numbers, string? Text, bool? Flag)[], NonNegativeInt, NonNegativeInt>((rows, a, b) =>
        {
            int from = a.Get % (rows.Length + 1);
            int length = b.Get % (rows.Length - from + 1);
            RecordBatch batch = Batch(rows);
            RecordBatch part = RecordBatch.FromIpcStream(batch.Slice(from, length).ToIpcStream());
            bool joined = Enumerable.Range(0, batch.ColumnCount).All(k => ArrayEquality.ValuesEqual(
                ArrayConcatenator.Concatenate([batch.Column(k).Slice(0, from), part.Column(k), batch.Column(k).Slice(from + length, rows.Length - from - length)]), batch.Column(k)));
            return joined && SameRows(part, rows.AsSpan(from, length));
        }).QuickCheckThrowOnFailure();

    private static RecordBatch Batch((double?[]? Numbers, string? Text, bool? Flag)[] rows)
    {
        var offsets = new int[rows.Length + 1];
        for (int k = 0; k < rows.Length; k++)
            offsets[k + 1] = offsets[k] + (rows[k].Numbers?.Length ?? 0);
        DoubleArray numbers = DoubleArray.FromNullable([.. rows.SelectMany(r => r.Numbers ?? [])]);
        return Samples.Batch(
            ("numbers", ListArray.From(Samples.Item(DoubleType.Default), offsets, numbers, [.. rows.Select(r => r.Numbers is not null)])),
            ("text", StringArray.From([.. rows.Select(r => Plain(r.Text))])),
            ("flag", BooleanArray.FromNullable([.. rows.Select(r => r.Flag)])));
    }

    private static bool SameRows(RecordBatch batch, ReadOnlySpan<(double?[]? Numbers, string? Text, bool? Flag)> rows)
    {
        var numbers = (ListArray)batch.Column("numbers");
        var text = (StringArray)batch.Column("text");
        var flag = (BooleanArray)batch.Column("flag");
        bool same = batch.Length == rows.Length;
        for (int k = 0; same && k < rows.Length; k++)
        {
            var items = (DoubleArray?)numbers.GetSlicedValues(k);
            double?[]? found = items is null ? null : [.. Enumerable.Range(0, items.Length).Select(items.GetValue)];
            same = text.GetString(k) == Plain(rows[k].Text) && flag.GetValue(k) == rows[k].Flag && (found ?? []).SequenceEqual(rows[k].Numbers ?? [])
                && found is null == rows[k].Numbers is null;
        }

        return same;
    }

    /// <summary>Text without halves of surrogate pairs, which UTF-8 cannot hold.</summary>
    private static string? Plain(string? text) => text is null ? null : string.Concat(text.Where(c => !char.IsSurrogate(c)));
}
