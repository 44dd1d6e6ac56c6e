using System.Text.Json;

namespace Strata.Contracts.Tests;

/// <summary>The JSON of every bus message: other programs subscribe to them.</summary>
public sealed class GoldenMessages
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static TheoryData<Type, string> Messages => new()
    {
        { typeof(EvaluateSegment), "" },
        { typeof(EvaluateSegment), ".with_event_id" },
        { typeof(EventsPublished), "" },
        { typeof(EventsPublished), ".with_ids" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_golden_message_loads_and_is_written_byte_for_byte_as_it_was(Type type, string form)
    {
        var golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "Messages", $"{type.Name}{form}.json"));
        var loaded = JsonSerializer.Deserialize(golden, type, Web);

        JsonSerializer.Serialize(loaded, type, Web).ShouldBe(golden);
    }

    [Fact]
    public void A_published_event_carries_its_data_as_JSON_and_not_as_text()
    {
        var golden = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "Messages", "EventsPublished.json"));
        var first = JsonSerializer.Deserialize<EventsPublished>(golden, Web)!.Events[0];

        EventJson.Deserialize(first.Type, first.Data.Utf8.Span).ShouldBeOfType<DatasetCreated>().Name.ShouldBe("arm-cell 7");
    }
}
