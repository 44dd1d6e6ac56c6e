using System.Net;
using Strata.Catalog.Tests.Replay;

namespace Strata.Catalog.Tests.Uploads;

public sealed class UploadScenarioTests
{
    /// <summary>Beside its calls the recorded client sent five files, each to the path that it was granted.</summary>
    [Fact]
    public async Task The_recorded_conversation_about_uploads_gets_the_recorded_answers()
    {
        await using var host = await CatalogHost.StartAsync();
        using var http = new HttpClient { BaseAddress = host.Url };
        var files = Directory.GetFiles(Path.Combine(WireScenario.Root, "inputs", "sample_5")).ToDictionary(f => (ulong)new FileInfo(f).Length);
        var sent = 0;

        var replay = new WireReplay(host.Channel, new WireRules(), async (asked, path) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new ByteArrayContent(await File.ReadAllBytesAsync(files[asked.SizeBytes], TestContext.Current.CancellationToken)) };
            request.Headers.TryAddWithoutValidation("if-none-match", "*");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            (answer.StatusCode, answer.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, 0));
            sent++;
        });

        (await replay.RunAsync(WireScenario.Load("0.41.0", "upload"), TestContext.Current.CancellationToken)).ShouldBeEmpty();
        sent.ShouldBe(5);
    }
}
