using System.Collections;
using System.Text;

namespace Strata.Contracts.Tests;

/// <summary>
/// The JSON of every event as it was first written. Such a file is never changed: what it holds lies in somebody's log. A file is
/// <c>type.version.json</c>, or <c>type.version.variant.json</c> for another shape of the same version.
/// </summary>
public sealed class GoldenEvents
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Types => [.. EventTypes.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_golden_event_loads_and_is_written_byte_for_byte_as_it_was(string file)
    {
        var golden = File.ReadAllBytes(Path.Combine(Folder, file));
        var loaded = EventJson.Deserialize(TypeOf(file), golden);

        EventTypes.NameOf(loaded).ShouldBe(TypeOf(file));
        Encoding.UTF8.GetString(EventJson.Serialize(loaded)).ShouldBe(Encoding.UTF8.GetString(golden));
        EventJson.Deserialize(TypeOf(file), golden).ShouldBe(loaded);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_has_a_golden_event_of_version_1_with_every_member_filled(string type)
    {
        var file = Path.Combine(Folder, $"{type}.v1.json");
        File.Exists(file).ShouldBeTrue($"{type} is listed in EventTypes and has no {file}");

        // A member that came later is filled in a variant, since the first file is never changed.
        Directory.EnumerateFiles(Folder, $"{type}.v1*.json")
            .Select(f => EmptyMembers(EventJson.Deserialize(type, File.ReadAllBytes(f)), type))
            .Aggregate((one, other) => one.Intersect(other))
            .ShouldBeEmpty();
    }

    private static string TypeOf(string file) => file.Split('.')[0];

    private static IEnumerable<string> EmptyMembers(object value, string path)
    {
        foreach (var property in value.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0))
        {
            var member = property.GetValue(value);
            var name = $"{path}.{property.Name}";
            if (member is null or "" || member is ICollection { Count: 0 })
            {
                yield return name;
            }
            else if (member is IEnumerable items and not string)
            {
                foreach (var inner in items.Cast<object>().Where(i => i is not string).SelectMany(i => EmptyMembers(i, name)))
                {
                    yield return inner;
                }

                if (!items.Cast<object>().Any())
                {
                    yield return name;
                }
            }
            else if (member.GetType() is { IsPrimitive: false, IsEnum: false } type && type.Namespace == typeof(StrataEvent).Namespace && member is not (DatasetId or Sha256Digest or CanonicalJson))
            {
                foreach (var inner in EmptyMembers(member, name))
                {
                    yield return inner;
                }
            }
        }
    }
}
