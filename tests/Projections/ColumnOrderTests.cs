using Strata.Arrow;
using Strata.Projections.DatasetSchema;

namespace Strata.Projections.Tests;

/// <summary>The orders below were seen in the answers of Rerun's server 0.41 to recordings with these names.</summary>
public class ColumnOrderTests
{
    private static readonly string[] Paths =
    [
        "/", "/_x", "/a\\ 1", "/a\\!b", "/a2", "/a10", "/E10", "/e", "/e0", "/e00", "/e010", "/e09/c", "/e1", "/e1.001", "/e1.02", "/e9", "/e10", "/e10/b",
        "/e10a2", "/e10a10", "/e12", "/e100000000000000000000000", "/e٣", "/World", "/world", "/world/cube", "/world/cube/z", "/world-x", "/z/1", "/z/2", "/z/10", "/É", "/é", "/\\u{1F600}",
    ];

    [Fact]
    public void Components_lie_by_the_parts_of_their_entity_path_as_people_sort_them() =>
        Ordered([.. Paths.Select(path => Data(path, null, "k"))]).ShouldBe(Paths.Select(path => $"{path}:k"));

    [Fact]
    public void Within_an_entity_those_without_an_archetype_come_first_and_then_each_archetype_by_its_whole_name() =>
        Ordered([Data("/e", null, "B"), Data("/e", null, "a"), Data("/e", "Aa", "Aa:B"), Data("/e", "Aa", "Aa:a"), Data("/e", "m.a", "m.a:t10"), Data("/e", "m.a", "m.a:t2"),
                Data("/e", "rerun.archetypes.Zed", "Zed:a"), Data("/e", "zz", "zz:B")])
            .ShouldBe(["/e:B", "/e:a", "/e:Aa:B", "/e:Aa:a", "/e:m.a:t10", "/e:m.a:t2", "/e:Zed:a", "/e:zz:B"]);

    [Fact]
    public void Row_ids_come_first_then_indexes_by_name_and_properties_last() =>
        Ordered([new Field("rerun.controls.RowId", BooleanType.Default, false, Kind("control")), Index("B"), Index("_t"), Index("a"), Index("t10"), Index("t2"), Data("/z", null, "k"),
                Property("/__properties", "RecordingInfo:start_time"), Property("/__properties/b2", "b2:x"), Property("/__properties/b10", "b10:x"), Property("/__properties/in-fo", "in-fo:z"),
                Property("/__properties/in\\/fo", "in\\/fo:z"), Property("/__properties/info", "info:a")])
            .ShouldBe(["rerun.controls.RowId", "B", "_t", "a", "t10", "t2", "/z:k", "property:RecordingInfo:start_time", "property:b2:x", "property:b10:x", "property:in-fo:z", "property:in\\/fo:z", "property:info:a"]);

    [Theory]
    [InlineData("/a\\/b\\\\\\n", new[] { "a/b\\\n" })]
    [InlineData("/\\u{1F600}x/\\u{zz}", new[] { "😀x", "u{zz}" })]
    [InlineData("//a/", new[] { "a" })]
    [InlineData("\\", new[] { "\\" })]
    [InlineData("/\\u{", new[] { "u{" })]
    public void Escapes_are_taken_off_the_parts(string escaped, string[] parts) => EntityPathOrder.PartsOf(escaped).ShouldBe(parts);

    /// <summary>Given in another order each time, so that the order is the code's and not the list's.</summary>
    private static IEnumerable<string> Ordered(Field[] fields)
    {
        new Random(1).Shuffle(fields);
        return ColumnOrder.Of(new Schema(fields)).FieldsList.Select(field => field.Name);
    }

    private static Field Data(string path, string? archetype, string component) => Described($"{path}:{component}", path, archetype, component);

    private static Field Property(string path, string name) => Described($"property:{name}", path, null, name);

    private static Field Described(string name, string path, string? archetype, string component)
    {
        var metadata = Kind("data");
        metadata["rerun:entity_path"] = path;
        metadata["rerun:component"] = component;
        if (archetype is not null)
        {
            metadata["rerun:archetype"] = archetype;
        }

        return new(name, BooleanType.Default, true, metadata);
    }

    private static Field Index(string name) => new(name, Int64Type.Default, true, Kind("index"));

    private static Dictionary<string, string> Kind(string kind) => new() { ["rerun:kind"] = kind };
}
