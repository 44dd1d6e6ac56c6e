using System.Text.Json;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Names that other languages rely on: a member of the protocol never gets another name or meaning.</summary>
public sealed class ProtocolTests
{
    [Fact]
    public void The_job_in_the_page_is_one_as_it_is_written_for_ever()
    {
        var page = File.ReadAllText(TestRecordings.InRepository("docs", "your-own-deriver.md"));
        var example = JsonElement.Parse(page.Split("```json\n")[1].Split("\n```")[0]);

        var job = example.Deserialize(OutsideJson.Default.OutsideJob)!;

        JsonSerializer.Serialize(job, OutsideJson.Default.OutsideJob).ShouldBe(File.ReadAllText(TestRecordings.InRepository("tests", "DerivationWorkers", "Goldens", "outside-job.v1.json")).TrimEnd());
        job.Protocol.ShouldBe(OutsideJob.CurrentProtocol);
    }

    [Theory]
    [InlineData("{}", null, null)]
    [InlineData("""{"skipped": "too dark"}""", "too dark", null)]
    [InlineData("""{"rowsUsed": 7, "rowsDropped": {"too_dark": 3}, "outcome": "review"}""", null, "review")]
    public void A_reply_has_these_members(string json, string? skipped, string? outcome)
    {
        var reply = OutsideReplies.Parse(System.Text.Encoding.UTF8.GetBytes(json));

        (reply.Skipped, reply.Outcome).ShouldBe((skipped, outcome));
    }

    [Theory]
    [InlineData("""{"skipped": ""}""", "skipped: expected 1 to 2000 characters")]
    [InlineData("""{"skipped": "no", "outcome": "review"}""", "found both")]
    [InlineData("""{"outcome": "good"}""", "outcome: expected derived or review, found 'good'")]
    [InlineData("""{"rowsUsed": -1}""", "rowsUsed: expected 0 or more, found -1")]
    [InlineData("""{"rowsDropped": {"Too dark": 1}}""", "found 'Too dark': 1")]
    [InlineData("""{"rowsDropped": {"dark": -1}}""", "found 'dark': -1")]
    [InlineData("[]", "expected nothing or one JSON object on stdout, found '[]'")]
    [InlineData("null", "found null")]
    [InlineData("""{"skipped": "a"} {"skipped": "b"}""", "expected nothing or one JSON object")]
    public void A_reply_that_is_none_is_refused(string json, string words) =>
        Should.Throw<AnswerRefusedException>(() => OutsideReplies.Parse(System.Text.Encoding.UTF8.GetBytes(json))).Message.ShouldContain(words);

    [Theory]
    [InlineData("outside-job.schema.json", typeof(OutsideJob), true)]
    [InlineData("outside-answer.schema.json", typeof(OutsideReply), false)]
    [InlineData("outside-queue-answer.schema.json", typeof(QueueReply), false)]
    public void The_schemas_name_every_member_and_no_other(string file, Type type, bool areRequired)
    {
        var schema = JsonElement.Parse(File.ReadAllText(TestRecordings.InRepository("docs", file)));

        Compare(schema, type, areRequired);
        if (areRequired)
        {
            Compare(schema.GetProperty("properties").GetProperty("inputs").GetProperty("items"), typeof(OutsideJobInput), areRequired);
            Compare(schema.GetProperty("properties").GetProperty("limits"), typeof(OutsideJobLimits), areRequired);
        }
    }

    private static void Compare(JsonElement schema, Type type, bool areRequired)
    {
        var members = type.GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).ToList();
        schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).ShouldBe(members, ignoreOrder: true);
        if (areRequired)
        {
            // A job over a queue has no path where its inputs lie in a bucket.
            schema.GetProperty("required").EnumerateArray().Select(r => r.GetString()!).ShouldBe(members.Except(["path"]), ignoreOrder: true);
        }
    }
}
