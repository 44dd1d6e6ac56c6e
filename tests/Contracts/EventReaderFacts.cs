using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Strata.Contracts.Tests;

/// <summary><see cref="EventReader"/> is a faster way to what <see cref="EventJson"/> reads, for every text.</summary>
public sealed class EventReaderFacts
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_golden_event_reads_as_the_serializer_reads_it(string file) => ReadsAlike(file.Split('.')[0], File.ReadAllBytes(Path.Combine(Folder, file)));

    [Theory]
    [MemberData(nameof(Files))]
    public void An_event_with_a_member_left_out_or_null_or_twice_or_new_or_of_another_type_reads_as_the_serializer_reads_it(string file)
    {
        var type = file.Split('.')[0];
        var text = File.ReadAllText(Path.Combine(Folder, file));
        foreach (var path in Paths(JsonNode.Parse(text)!))
        {
            foreach (var value in (ReadOnlySpan<string?>)[null, "null", "7", "-1.5", "\"\"", "\"x\\u00e9\"", "[]", "{}", "[{}]", "[null]", "9223372036854775808"])
            {
                var changed = JsonNode.Parse(text)!;
                var parent = Parent(changed, path);
                if (value is null)
                {
                    parent.AsObject().Remove(path[^1]);
                }
                else
                {
                    parent[path[^1]] = JsonNode.Parse(value);
                }

                ReadsAlike(type, Encoding.UTF8.GetBytes(changed.ToJsonString()));
            }

            var added = JsonNode.Parse(text)!;
            Parent(added, path)["addedLater"] = 1;
            ReadsAlike(type, Encoding.UTF8.GetBytes(added.ToJsonString()));
        }

        ReadsAlike(type, Encoding.UTF8.GetBytes(text[..^1] + "," + text[1..]));
        ReadsAlike(type, Encoding.UTF8.GetBytes(text + text));
        ReadsAlike(type, Encoding.UTF8.GetBytes(JsonNode.Parse(text)!.ToJsonString(new JsonSerializerOptions { WriteIndented = true })));
    }

    [Fact]
    public void A_golden_event_with_any_byte_changed_or_cut_off_reads_as_the_serializer_reads_it()
    {
        var goldens = Directory.EnumerateFiles(Folder, "*.json").Select(f => (Path.GetFileName(f).Split('.')[0], File.ReadAllBytes(f)))
            .Where(g => g.Item1 is "layer_registered" or "derivation_done").ToArray();
        Prop.ForAll<NonNegativeInt, NonNegativeInt, byte>(
            (which, at, value) =>
            {
                var (type, golden) = goldens[which.Get % goldens.Length];
                var changed = (byte[])golden.Clone();
                changed[(at.Get * 7919) % changed.Length] = value;
                ReadsAlike(type, changed);
                ReadsAlike(type, golden[..((at.Get * 7919) % golden.Length)]);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_it_reads_in_the_fast_way_is_what_the_log_is_full_of()
    {
        var golden = File.ReadAllBytes(Path.Combine(Folder, "layer_registered.v1.json"));
        EventJson.Deserialize("layer_registered", golden);

        var first = (LayerRegistered)EventReader.Read("layer_registered", golden);
        var second = (LayerRegistered)EventReader.Read("layer_registered", golden);

        second.Layer.ShouldBeSameAs(first.Layer);
    }

    private static void ReadsAlike(string type, byte[] json)
    {
        var expected = Outcome(() => EventJson.Deserialize(type, json));
        Outcome(() => EventReader.Read(type, json)).ShouldBe(expected, Encoding.UTF8.GetString(json));
    }

    /// <returns>The event, or why there is none.</returns>
    private static (string? Failure, StrataEvent? Event) Outcome(Func<StrataEvent> read)
    {
        try
        {
            return (null, read());
        }
        catch (JsonException failure)
        {
            return (failure.Message, null);
        }
    }

    private static IEnumerable<string[]> Paths(JsonNode node)
    {
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            yield return [name];
            foreach (var inner in value is JsonObject ? Paths(value) : [])
            {
                yield return [name, .. inner];
            }
        }
    }

    private static JsonNode Parent(JsonNode root, string[] path) => path[..^1].Aggregate(root, (node, name) => node[name]!);
}
