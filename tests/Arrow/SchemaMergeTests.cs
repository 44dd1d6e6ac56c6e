namespace Strata.Arrow.Tests;

/// <summary>The contract table of Rerun's own test. Source: catalog-protocol §6.3.</summary>
public class SchemaMergeTests
{
    private static readonly Field X = new("x", FloatType.Default, true);
    private static readonly Field Y = new("y", FloatType.Default, true);

    [Fact]
    public void A_struct_with_more_fields_and_one_with_fewer_are_accepted()
    {
        var small = new StructType([X]);
        var large = new StructType([X, Y]);
        Merged(small, large).ShouldBe(large);
        Merged(large, small).ShouldBe(large);
        Merged(new ListType(small), new ListType(large)).ShouldBe(new ListType(large));
        Merged(new ListType(large), new ListType(small)).ShouldBe(new ListType(large));
    }

    [Fact]
    public void A_list_of_nullable_items_and_one_of_non_null_items_are_accepted_as_nullable()
    {
        var nullable = new ListType(new Field("item", Int32Type.Default, true));
        var strict = new ListType(new Field("item", Int32Type.Default, false));
        Merged(nullable, strict).ShouldBe(nullable);
        Merged(strict, nullable).ShouldBe(nullable);
        Merged(new LargeListType(strict.ValueField), new LargeListType(nullable.ValueField)).ShouldBe(new LargeListType(nullable.ValueField));
    }

    [Fact]
    public void Null_gives_way_to_any_type()
    {
        Merged(NullType.Default, Int64Type.Default).ShouldBe(Int64Type.Default);
        Merged(Int64Type.Default, NullType.Default).ShouldBe(Int64Type.Default);
    }

    [Fact]
    public void Identical_fixed_lists_maps_and_dictionaries_are_accepted()
    {
        Merged(Vector(3), Vector(3)).ShouldBe(Vector(3));
        Merged(Map(Int32Type.Default), Map(Int32Type.Default)).ShouldBe(Map(Int32Type.Default));
        var dictionary = new DictionaryType(Int32Type.Default, StringType.Default);
        Merged(dictionary, new DictionaryType(Int32Type.Default, StringType.Default)).ShouldBe(dictionary);
    }

    [Fact]
    public void Different_primitives_are_refused_and_the_text_names_field_and_types()
    {
        SchemaConflict conflict = Refused(new ListType(Int32Type.Default), new ListType(Int64Type.Default));
        conflict.ToString().ShouldBe("field 'c.item': types differ; it is Int32 so far and Int64 in what was added");
    }

    [Fact]
    public void A_fixed_list_of_other_length_or_other_inner_nullability_is_refused()
    {
        Refused(Vector(3), Vector(4)).Added.ShouldBe("FixedSizeList(4 x Float32)");
        Refused(Vector(3), Vector(3, nullable: false)).Added.ShouldBe("FixedSizeList(3 x non-null Float32)");
    }

    [Fact]
    public void A_dictionary_and_its_plain_type_are_refused() =>
        Refused(new DictionaryType(Int32Type.Default, StringType.Default), StringType.Default).Existing.ShouldBe("Dictionary(Int32, Utf8)");

    [Fact]
    public void Maps_of_other_values_are_refused() => Refused(Map(Int32Type.Default), Map(Int64Type.Default)).Path.ShouldBe("c");

    [Fact]
    public void A_differing_field_with_a_union_is_refused_even_where_it_would_merge()
    {
        var union = new UnionType([X], [0], UnionMode.Dense);
        Refused(NullType.Default, new ListType(union)).Reason.ShouldBe("union-typed fields are not merged");
        Merged(union, union).ShouldBe(union);
    }

    [Fact]
    public void Metadata_unites_unless_one_key_has_two_values()
    {
        Field plain = new("c", Int64Type.Default, true, new Dictionary<string, string> { ["kind"] = "data" });
        Field flagged = plain.WithMetadata(new Dictionary<string, string> { ["kind"] = "data", ["rerun:is_static"] = "true" });
        SchemaMerge.TryMerge(new Schema([plain]), new Schema([flagged]), out Schema merged, out _).ShouldBeTrue();
        merged.GetFieldByIndex(0).ShouldBe(flagged);
        Field other = plain.WithMetadata(new Dictionary<string, string> { ["kind"] = "index" });
        SchemaMerge.TryMerge(new Schema([plain]), new Schema([other]), out Schema kept, out SchemaConflict? conflict).ShouldBeFalse();
        kept.GetFieldByIndex(0).ShouldBe(plain);
        conflict!.Reason.ShouldBe("metadata 'kind' differs");
    }

    [Fact]
    public void New_fields_follow_the_existing_ones()
    {
        SchemaMerge.TryMerge(new Schema([X]), new Schema([Y, X]), out Schema merged, out _).ShouldBeTrue();
        merged.ShouldBe(new Schema([X, Y]));
    }

    private static FixedSizeListType Vector(int size, bool nullable = true) => new(new Field("item", FloatType.Default, nullable), size);

    private static MapType Map(ArrowType values) =>
        new(new Field("entries", new StructType([new Field("keys", StringType.Default, false), new Field("values", values, true)]), false), false);

    private static Schema Of(ArrowType type) => new([new Field("c", type, true)]);

    private static ArrowType Merged(ArrowType existing, ArrowType added)
    {
        SchemaMerge.TryMerge(Of(existing), Of(added), out Schema merged, out SchemaConflict? conflict).ShouldBeTrue($"{conflict}");
        return merged.GetFieldByIndex(0).DataType;
    }

    private static SchemaConflict Refused(ArrowType existing, ArrowType added)
    {
        SchemaMerge.TryMerge(Of(existing), Of(added), out Schema merged, out SchemaConflict? conflict).ShouldBeFalse();
        merged.ShouldBe(Of(existing));
        return conflict!;
    }
}
