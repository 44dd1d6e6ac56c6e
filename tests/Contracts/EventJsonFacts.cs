using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Strata.Contracts.Tests;

public sealed class EventJsonFacts
{
    private static readonly DatasetId Dataset = DatasetId.Parse("0123456789abcdef0123456789abcdef");

    [Fact]
    public void An_unknown_type_asks_for_a_newer_version()
    {
        var failure = Should.Throw<UnknownEventTypeException>(() => EventJson.Deserialize("layer_teleported", "{}"u8));
        failure.Message.ShouldContain("newer version");
        failure.Message.ShouldContain("layer_teleported");
        failure.EventType.ShouldBe("layer_teleported");
    }

    [Fact]
    public void A_member_that_a_newer_version_added_is_passed_over() =>
        EventJson.Deserialize("rule_resumed", """{"dataset":"0123456789abcdef0123456789abcdef","by":{"who":["ann"]},"rule":"r","segment":"s"}"""u8)
            .ShouldBe(new RuleResumed(Dataset, "r", "s"));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"dataset":7}""")]
    [InlineData("""{"rule":["r"]}""")]
    public void What_is_not_the_event_is_refused(string json) =>
        Should.Throw<JsonException>(() => EventJson.Deserialize("rule_resumed", System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_dataset_id_or_digest_of_another_form_is_refused()
    {
        Should.Throw<JsonException>(() => EventJson.Deserialize("rule_resumed", """{"dataset":"ABC"}"""u8)).Message.ShouldContain("found 'ABC'");
        Should.Throw<JsonException>(() => EventJson.Deserialize("recording_discarded", """{"quarantineId":"00"}"""u8)).Message.ShouldContain("found '00'");
    }

    [Fact]
    public void A_null_inside_a_list_is_refused()
    {
        Should.Throw<JsonException>(() => EventJson.Deserialize("rule_declared", """{"inputs":["base",null]}"""u8));
        Should.Throw<JsonException>(() => EventJson.Deserialize("rule_declared", """{"inputs":"base"}"""u8));
        Should.Throw<JsonException>(() => EventJson.Deserialize("derivation_failed", """{"inputs":[null]}"""u8));
    }

    [Fact]
    public void Names_are_snake_case_of_the_record_and_unique()
    {
        EventTypes.Names.ShouldBeUnique();
        var records = typeof(StrataEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(StrataEvent))).Select(t => JsonNamingPolicy.SnakeCaseLower.ConvertName(t.Name));
        EventTypes.Names.Order().ShouldBe(records.Order());
    }

    [Fact]
    public void Events_with_any_text_and_any_numbers_come_back_equal() =>
        Prop.ForAll(
            Texts(), Texts(), ArbMap.Default.ArbFor<(long, int, bool)>(),
            (first, second, numbers) =>
            {
                StrataEvent[] events =
                [
                    new RuleSuppressed(Dataset, first, second, first),
                    new DerivationSkipped(Dataset, first, second, numbers.Item2, null, Sha256Digest.Of([1]), first, second, [new(first, Sha256Digest.Of([2]))], [new(second, numbers.Item1)]),
                    new RecordingQuarantined(
                        Sha256Digest.Of([3]), Dataset, first, second, numbers.Item3 ? null : new(KeepMode.Copy, first, numbers.Item1, null), numbers.Item1, first, second, null, new(first, second)),
                    new RuleDeclared(Dataset, first, numbers.Item2, second, [first, second], first, CanonicalJson.Parse(JsonSerializer.Serialize(new[] { first, second }))),
                ];
                return events.All(e => EventJson.Deserialize(EventTypes.NameOf(e), EventJson.Serialize(e)) == e);
            }).QuickCheckThrowOnFailure();

    /// <summary>Any Unicode text: halves of surrogate pairs are none, and <see cref="Names.RefuseId"/> keeps them out.</summary>
    private static Arbitrary<string> Texts() =>
        ArbMap.Default.ArbFor<string>().MapFilter(text => string.Concat((text ?? "").EnumerateRunes()), _ => true);
}
