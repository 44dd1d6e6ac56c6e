using System.Text;

namespace Strata.Arrow.Tests;

/// <summary>Rows of several list arrays, put together, against a row by row account of what they should be.</summary>
public class ListAssemblerTests
{
    private static readonly Field TextItem = new("item", StringType.Default, nullable: true);

    [Fact]
    public void Runs_nulls_and_repeated_rows_come_in_order()
    {
        ListArray numbers = ListArray.From(new Field("item", DoubleType.Default, true), [0, 2, 2, 3], DoubleArray.From([1, 2, 3]), [true, true, true]);
        ListArray others = ListArray.From(new Field("item", DoubleType.Default, true), [0, 1, 2], DoubleArray.From([9, 8]), [true, false]);

        ListArray assembled = ListAssembler.Assemble(
            (ListType)numbers.DataType, [numbers, others], [new RowRun(0, 0, 2), RowRun.Nulls(2), new RowRun(1, 0, 3, Repeats: true), new RowRun(1, 0, 2), new RowRun(0, 2, 1)]);

        Words(assembled).ShouldBe("[1,2] [] null null [9] [9] [9] [9] null [3]");
        assembled.NullCount.ShouldBe(3);
    }

    [Fact]
    public void One_whole_run_is_a_slice_and_no_copy()
    {
        ListArray numbers = ListArray.OfUniformLength(DoubleArray.From([1, 2, 3, 4]), 1);

        ListArray assembled = ListAssembler.Assemble((ListType)numbers.DataType, [numbers], [new RowRun(0, 1, 2)]);

        Words(assembled).ShouldBe("[2] [3]");
        assembled.Data.Children[0].ShouldBeSameAs(numbers.Data.Children[0]);
    }

    // Rows that are sorted anew are many short runs of one array.
    [Fact]
    public void What_many_runs_of_one_array_share_is_there_once()
    {
        const string text = "longer than twelve bytes";
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int[] view = [bytes.Length, BitConverter.ToInt32(bytes), 0, 0];
        var texts = new StringViewArray(new ArrayData(StringViewType.Default, 3, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([.. view, .. view, .. view]), new ArrowBuffer(bytes)]));
        var item = new Field("item", Int8Type.Default, nullable: true);
        var lists = new ListViewArray(new ArrayData(new ListViewType(item), 3, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([0, 1, 2]), ArrowBuffer.Of<int>([2, 2, 2])], [Int8Array.From([1, 2, 3, 4]).Data]));
        var union = new DenseUnionArray(new ArrayData(new UnionType([item], [0], UnionMode.Dense), 3, 0, 0, [new ArrowBuffer(new byte[3]), ArrowBuffer.Of<int>([2, 1, 0])], [Int8Array.From([1, 2, 3]).Data]));

        Reversed(texts).Values.Data.Buffers.Count.ShouldBe(3, "validity, views and the one buffer");
        ((StringViewArray)Reversed(texts).Values).GetString(2).ShouldBe(text);
        Reversed(lists).Values.Data.Children[0].Length.ShouldBe(4);
        ((ListViewArray)Reversed(lists).Values).ValueOffsets.ToArray().ShouldBe([2, 1, 0]);
        Reversed(union).Values.Data.Children[0].Length.ShouldBe(3);
        ((DenseUnionArray)Reversed(union).Values).Locate(2).ShouldBe((0, 2));
        ArrayConcatenator.Concatenate([lists, new ListViewArray(new ArrayData(lists.DataType, 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([0]), ArrowBuffer.Of<int>([1])], [Int8Array.From([9]).Data]))])
            .Data.Children[0].Length.ShouldBe(5, "those of another array are there, too");

        static ListArray Reversed(IArrowArray values)
        {
            ListArray rows = ListArray.OfUniformLength(values, 1);
            return ListAssembler.Assemble((ListType)rows.DataType, [rows], [new RowRun(0, 2, 1), new RowRun(0, 1, 1), new RowRun(0, 0, 1)]);
        }
    }

    [Fact]
    public void Items_behind_a_null_list_are_left_out()
    {
        ListArray texts = ListArray.From(TextItem, [0, 1, 2, 3], StringArray.From("a", "hidden", "c"), [true, false, true]);

        ListArray assembled = ListAssembler.Assemble((ListType)texts.DataType, [texts], [new RowRun(0, 0, 3), RowRun.Nulls(1)]);

        Words(assembled).ShouldBe("[a] null [c] null");
        assembled.Values.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void A_repeated_row_of_texts_stands_as_often_as_it_is_asked_for(int times)
    {
        ListArray texts = ListArray.From(TextItem, [0, 2], StringArray.From("a", null));

        ListArray assembled = ListAssembler.Assemble((ListType)texts.DataType, [texts], [RowRun.Nulls(1), new RowRun(0, 0, times, Repeats: true)]);

        Words(assembled).ShouldBe("null " + string.Join(' ', Enumerable.Repeat("[a,null]", times)));
    }

    [Fact]
    public void Random_runs_are_what_a_row_by_row_copy_gives()
    {
        var random = new Random(7);
        for (int round = 0; round < 200; round++)
        {
            ListArray[] sources = [.. Enumerable.Range(0, 3).Select(_ => RandomLists(random))];
            var runs = new List<RowRun>();
            var expected = new List<string>();
            for (int k = random.Next(1, 12); k > 0; k--)
            {
                int source = random.Next(-1, 3);
                int start = source < 0 ? 0 : random.Next(sources[source].Length);
                bool repeats = source >= 0 && random.Next(3) == 0;
                int length = repeats || source < 0 ? random.Next(1, 5) : random.Next(1, sources[source].Length - start + 1);
                runs.Add(source < 0 ? RowRun.Nulls(length) : new RowRun(source, start, length, repeats));
                for (int row = 0; row < length; row++)
                    expected.Add(source < 0 ? "null" : Word(sources[source], repeats ? start : start + row));
            }

            ListArray assembled = ListAssembler.Assemble((ListType)sources[0].DataType, sources, [.. runs]);

            Words(assembled).ShouldBe(string.Join(' ', expected), $"round {round}");
        }
    }

    [Fact]
    public void Sources_of_another_type_are_refused()
    {
        ListArray numbers = ListArray.OfUniformLength(DoubleArray.From([1]), 1);

        Should.Throw<ArgumentException>(() => ListAssembler.Assemble(new ListType(StringType.Default), [numbers], [new RowRun(0, 0, 1)])).Message.ShouldContain("List(Utf8)");
    }

    [Fact]
    public void More_items_than_offsets_can_count_are_refused_before_they_are_copied()
    {
        ListArray large = ListArray.OfUniformLength(UInt8Array.From(new byte[1 << 20]), 1 << 20);

        Should.Throw<ArrowFormatException>(() => ListAssembler.Assemble((ListType)large.DataType, [large], [new RowRun(0, 0, 1 << 12, Repeats: true)])).Message.ShouldContain("items under one array");
    }

    [Fact]
    public void Sizes_are_those_of_a_slice_and_not_of_what_lies_around_it()
    {
        ListArray texts = ListArray.From(TextItem, [0, 1, 2], StringArray.From("four", new string('x', 1000)));

        ArraySizes.BytesOf(texts, 0, 1).ShouldBe(4 + 4 + 4);
        ArraySizes.BytesOf(texts).ShouldBe(2 * 4 + 2 * 4 + 1004);
    }

    private static ListArray RandomLists(Random random)
    {
        int rows = random.Next(1, 9);
        var offsets = new int[rows + 1];
        for (int k = 1; k <= rows; k++)
            offsets[k] = offsets[k - 1] + random.Next(0, 4);
        string?[] items = [.. Enumerable.Range(0, offsets[^1]).Select(k => random.Next(6) == 0 ? null : $"{(char)('a' + k % 26)}{random.Next(10)}")];
        bool[] isValid = [.. Enumerable.Range(0, rows).Select(_ => random.Next(4) != 0)];
        return ListArray.From(TextItem, offsets, StringArray.From(items), isValid);
    }

    private static string Words(ListArray lists) => string.Join(' ', Enumerable.Range(0, lists.Length).Select(row => Word(lists, row)));

    private static string Word(ListArray lists, int row)
    {
        if (lists.GetSlicedValues(row) is not { } items)
            return "null";
        var words = new StringBuilder("[");
        for (int k = 0; k < items.Length; k++)
            words.Append(k == 0 ? "" : ",").Append(items.IsNull(k) ? "null" : items is StringArray texts ? texts.GetString(k) : $"{((DoubleArray)items).Values[k]}");
        return words.Append(']').ToString();
    }
}
