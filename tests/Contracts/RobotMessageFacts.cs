using System.Text;

namespace Strata.Contracts.Tests;

/// <summary>What is read as a robot's message, and what is named as wrong in it.</summary>
public sealed class RobotMessageFacts
{
    private static readonly string Hash = new('a', 64);

    private static readonly string Least = $$"""{"messageId":"1","robot":"arm-7","dataset":"arms","layer":"base","upload":"{{Hash}}"}""";

    [Theory]
    [InlineData("RecordingPublished")]
    [InlineData("RecordingPublished.url")]
    [InlineData("RecordingAnswered")]
    [InlineData("RecordingAnswered.quarantined")]
    [InlineData("RobotHeartbeat")]
    public void A_golden_message_loads_and_is_written_byte_for_byte_as_it_was(string file)
    {
        var golden = Golden(file);

        var written = file.Split('.')[0] switch
        {
            nameof(RecordingPublished) => RobotMessageJson.Serialize(Loaded(RobotMessageReader.ReadPublished(golden))),
            nameof(RecordingAnswered) => RobotMessageJson.Serialize(Loaded(RobotMessageReader.ReadAnswered(golden))),
            _ => RobotMessageJson.Serialize(Loaded(RobotMessageReader.ReadHeartbeat(golden))),
        };

        Encoding.UTF8.GetString(written).ShouldBe(Encoding.UTF8.GetString(golden));
    }

    [Theory]
    [InlineData("foreign.masstransit")]
    [InlineData("foreign.unknown_fields")]
    public void An_envelope_and_unknown_fields_change_nothing_of_the_message(string file) =>
        Loaded(RobotMessageReader.ReadPublished(Golden(file))).ShouldBe(Loaded(RobotMessageReader.ReadPublished(Golden("RecordingPublished"))));

    [Fact]
    public void Optional_fields_may_be_left_out_or_null() =>
        Loaded(RobotMessageReader.ReadPublished(Bytes(Least.Replace("}", ""","storageUrl":null,"sha256":null,"sizeBytes":null,"recordedAtNs":null,"segmentId":null,"replaces":null,"cut":null}""", StringComparison.Ordinal))))
            .ShouldBe(Loaded(RobotMessageReader.ReadPublished(Bytes(Least))));

    [Theory]
    [InlineData("", "(message)", "an empty body")]
    [InlineData("nonsense", "(message)", "other bytes")]
    [InlineData("[]", "(message)", "a list")]
    [InlineData("7", "(message)", "Number")]
    [InlineData("{}", "messageId", "nothing")]
    [InlineData("""{"whatever":1}""", "messageId", "nothing")]
    [InlineData("""{"MessageId":"1","robot":"r","dataset":"d","layer":"l"}""", "messageId", "nothing")]
    [InlineData("""{"messageId":"1","messageId":"2","robot":"r","dataset":"d","layer":"l"}""", "(message)", "messageId")]
    [InlineData("""{"messageType":["x"],"message":7}""", "message", "Number")]
    [InlineData("""{"messageType":["x"],"message":{}}""", "messageId", "nothing")]
    public void What_is_no_message_is_never_read_as_an_empty_one(string body, string field, string found)
    {
        var read = RobotMessageReader.ReadPublished(Bytes(body));

        read.Message.ShouldBeNull();
        read.Refusal!.Field.ShouldBe(field);
        read.Refusal.Found.ShouldContain(found);
    }

    public static TheoryData<string, string, string> WrongFields => new()
    {
        { "messageId", "null", "null" },
        { "messageId", "7", "7" },
        { "messageId", "\"\"", "''" },
        { "messageId", $"\"{new string('x', 1025)}\"", "xxx…" },
        { "messageId", "\"a\\u0000b\"", "a\uFFFDb" },
        { "messageId", "\"\\ud800\"", "no Unicode" },
        { "robot", "{}", "an object" },
        { "robot", $"\"{new string('x', 65)}\"", "xxx" },
        { "dataset", "\"no/slash\"", "no/slash" },
        { "dataset", "[\"arms\"]", "a list" },
        { "layer", "true", "true" },
        { "layer", "\"a\\u0000b\"", "a\uFFFDb" },
        { "segmentId", "\"a\\u0000b\"", "a\uFFFDb" },
        { "recordedAtNs", "\"1795341600123456789\"", "'1795341600123456789'" },
        { "recordedAtNs", "1.5", "1.5" },
        { "recordedAtNs", "9223372036854775808", "9223372036854775808" },
        { "recordedAtNs", "9223372036854775808.0", "9223372036854775808.0" },
        { "recordedAtNs", "9.3e18", "9.3e18" },
        { "recordedAtNs", "1.0000000000000000000000000000001", "1.000000" },
        { "recordedAtNs", "1e-1", "1e-1" },
        { "recordedAtNs", "1e999999999999", "1e999999999999" },
        { "sizeBytes", "-1.0", "-1.0" },
        { "sizeBytes", "-1", "-1" },
        { "sha256", "\"AB\"", "'AB'" },
        { "sha256", $"\"{new string('b', 64)}\"", new string('b', 64) },
        { "upload", "\"\"", "''" },
        { "upload", "null", "neither" },
        { "segmentId", "\"\"", "''" },
        { "replaces", "1", "1" },
        { "cut", "\"yes\"", "'yes'" },
        { "storageUrl", "\"file:///a.rrd\"", "both" },
    };

    [Theory]
    [MemberData(nameof(WrongFields))]
    public void A_wrong_field_is_named_with_what_was_expected_and_found(string field, string value, string found)
    {
        var read = RobotMessageReader.ReadPublished(Bytes(With(field, value)));

        read.Message.ShouldBeNull();
        read.Refusal!.ShouldSatisfyAllConditions(r => r.Field.ShouldBe(field), r => r.Found.ShouldContain(found), r => r.Expected.ShouldNotBeEmpty());
    }

    /// <summary>To JSON Schema, and to programs that know one kind of number only, it is the same one.</summary>
    [Theory]
    [InlineData("112038.0", 112038)]
    [InlineData("1e3", 1000)]
    [InlineData("1.12038E+5", 112038)]
    [InlineData("-0.0", 0)]
    [InlineData("1200e-2", 12)]
    [InlineData("9223372036854775807.00", long.MaxValue)]
    [InlineData("0e999999999999", 0)]
    public void A_whole_number_is_one_in_whatever_form_it_is_written(string written, long value)
    {
        Loaded(RobotMessageReader.ReadPublished(Bytes(With("sizeBytes", written)))).SizeBytes.ShouldBe(value);
        Loaded(RobotMessageReader.ReadPublished(Bytes(With("recordedAtNs", $"-{written.TrimStart('-')}")))).RecordedAtNs.ShouldBe(-value);
    }

    [Fact]
    public void The_names_of_a_wrong_message_are_told_as_far_as_they_can_be_read() =>
        RobotMessageReader.ReadPublished(Bytes("""{"messageId":"1","robot":"arm-7","dataset":7}""")).Names.ShouldBe(new MessageNames("1", "arm-7", null, null));

    [Fact]
    public void A_message_of_more_bytes_than_allowed_is_refused_unread()
    {
        var body = new byte[RobotMessageLimits.MaxMessageBytes + 1];
        Array.Fill(body, (byte)' ');
        Bytes(Least).CopyTo(body, 0);

        RobotMessageReader.ReadPublished(body.AsMemory(0, RobotMessageLimits.MaxMessageBytes)).Message.ShouldNotBeNull();
        RobotMessageReader.ReadPublished(body).Refusal!.Found.ShouldContain("65537");
    }

    [Fact]
    public void A_robots_longest_name_fits_the_routing_key_of_its_answers() =>
        Encoding.UTF8.GetByteCount(RobotRouting.Answer(new string('\u007f', RobotMessageLimits.MaxRobotBytes))).ShouldBeLessThanOrEqualTo(255);

    [Theory]
    [InlineData("{}", "robot")]
    [InlineData("""{"robot":"arm-7","sentAtNs":1,"spooled":-1,"spooledBytes":0}""", "spooled")]
    [InlineData("""{"robot":"arm-7","sentAtNs":1,"spooled":0}""", "spooledBytes")]
    public void A_heartbeat_without_its_numbers_is_none(string body, string field) => RobotMessageReader.ReadHeartbeat(Bytes(body)).Refusal!.Field.ShouldBe(field);

    [Fact]
    public void An_answer_of_an_unknown_outcome_is_none() =>
        RobotMessageReader.ReadAnswered(Bytes("""{"messageId":"1","robot":"arm-7","dataset":"arms","layer":"base","outcome":"perhaps"}""")).Refusal!.Field.ShouldBe("outcome");

    /// <summary>The least message with one field more, or otherwise.</summary>
    internal static string With(string field, string value)
    {
        var fields = System.Text.Json.Nodes.JsonNode.Parse(Least)!.AsObject().Where(f => f.Key != field).Select(f => $"\"{f.Key}\":{f.Value!.ToJsonString()}");
        return $"{{{string.Join(",", fields.Append($"\"{field}\":{value}"))}}}";
    }

    internal static byte[] Golden(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "Messages", $"{file}.json"));

    private static T Loaded<T>(ReadMessage<T> read)
        where T : class => read.Message ?? throw new InvalidOperationException(read.Refusal!.Text);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
