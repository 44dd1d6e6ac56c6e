using Strata.Arrow;

namespace Strata.Projections.Tests.Support;

/// <summary>Small schemas and batches shaped like Rerun's.</summary>
public static class Schemas
{
    public static Schema Joints { get; } = Of("/action:Scalars:scalars", "/observation:Scalars:scalars");

    public static Schema Error { get; } = Of("/derived/tracking_error:Scalars:scalars");

    public static Schema Labels { get; } = Of("/labels:Scalars:scalars");

    public static Schema Of(params string[] columns) => new(
        new[]
        {
            new Field("rerun.controls.RowId", new FixedSizeBinaryType(16), false, new Dictionary<string, string> { ["rerun:kind"] = "control" }),
            new Field("frame", Int64Type.Default, true, new Dictionary<string, string> { ["rerun:index_name"] = "frame", ["rerun:kind"] = "index" }),
        }.Concat(columns.Select(c => new Field(c, new ListType(DoubleType.Default), true, new Dictionary<string, string> { ["rerun:kind"] = "data" }))));

    public static Field PropertyField(string name, ArrowType item) => new(
        $"property:{name}", new ListType(item), true,
        new Dictionary<string, string> { ["rerun:component"] = name.Split(':')[^1], ["rerun:entity_path"] = "/__properties/" + name.Split(':')[0], ["rerun:kind"] = "data" });

    /// <summary>One row; a property is a list of one value.</summary>
    public static RecordBatch Properties(params (string Name, object Value)[] values)
    {
        var fields = new List<Field>();
        var columns = new List<IArrowArray>();
        foreach (var (name, value) in values)
        {
            IArrowArray items = value switch
            {
                string text => StringArray.From(text),
                long number => Int64Array.From([number]),
                double number => DoubleArray.From([number]),
                bool flag => BooleanArray.From([flag]),
                _ => throw new ArgumentException(name),
            };
            fields.Add(PropertyField(name, items.DataType));
            columns.Add(ListArray.OfUniformLength(items, 1));
        }

        return new RecordBatch(new Schema(fields), columns, 1);
    }

    /// <summary>As the deriver of quality writes it.</summary>
    /// <param name="isGood">Null: a person should look.</param>
    public static RecordBatch Verdict(bool? isGood)
    {
        var items = BooleanArray.From(isGood is { } good ? [good] : []);
        var column = ListArray.From(new Field("item", items.DataType, true), isGood is null ? [0, 0] : [0, 1], items, [isGood is not null]);
        return new(new Schema([PropertyField("quality:tracking_good", items.DataType)]), [column], 1);
    }

    /// <summary>As the deriver of verdicts writes it.</summary>
    /// <param name="isGood">Null: a person should look.</param>
    public static RecordBatch Declared(bool? isGood)
    {
        var (good, verdict) = (BooleanArray.FromNullable([isGood]), StringArray.From(isGood is null ? "review" : isGood == true ? "good" : "bad"));
        return new(
            new Schema([PropertyField("verdict:good", good.DataType), PropertyField("verdict:verdict", verdict.DataType)]),
            [ListArray.OfUniformLength(good, 1), ListArray.OfUniformLength(verdict, 1)],
            1);
    }

    public static RecordBatch ChunkIndex(string content) => new(
        new Schema([new Field("chunk_entity_path", StringType.Default, false)]), [StringArray.From("/" + content)], 1);
}
