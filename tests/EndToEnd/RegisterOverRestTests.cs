using System.Net;
using System.Text;
using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>A request that somebody wrote by hand.</summary>
public sealed class RegisterOverRestTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("strata-rest-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_body_that_names_no_recording_is_refused_with_what_was_expected_and_found()
    {
        await using var server = await StrataServerProcess.StartAsync(_data);
        using var http = new HttpClient { BaseAddress = server.Url };
        (string Body, string Words)[] refused =
        [
            ("", "sources: expected a list of recordings, found none"),
            ("{}", "sources: expected a list of recordings, found none"),
            ("""{"sources":null}""", "sources: expected a list of recordings, found none"),
            ("""{"sources":[null]}""", "sources[0]: expected a recording, found null"),
            ("""{"sources":[{"path":"/a.rrd","url":"file:///a.rrd"},{"url":"file:///b.rrd"}]}""", "sources[1].path: expected the absolute path of a file, found none"),
            ("""{"sources":[{"path":"","url":"file:///a.rrd"}]}""", "sources[0].path: expected the absolute path of a file, found none"),
            ("""{"sources":[{"path":"/a.rrd"}]}""", "sources[0].url: expected the address under which it is shown, found none"),
        ];

        foreach (var (body, words) in refused)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync("/api/v1/datasets/arm/recordings", content, Token);
            var said = await answer.Content.ReadAsStringAsync(Token);

            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body + said);
            JsonElement.Parse(said).GetProperty("message").GetString().ShouldBe(words);
        }

        (await StrataProgram.JsonAsync(_data, 0, "dataset", "list")).GetArrayLength().ShouldBe(0);
    }
}
