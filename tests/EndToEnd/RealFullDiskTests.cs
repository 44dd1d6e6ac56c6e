using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// A disk that is really full while a server takes in recordings and derives: whatever found no room is refused or waits, and when there is room again everything that was
/// asked for is there once, without a person. A file system in memory stands for the disk; only root may mount one.
/// </summary>
public sealed class RealFullDiskTests : IAsyncLifetime
{
    private const string Dataset = "arms";

    private readonly SmallDisk _disk = new();

    private string Data => Path.Combine(_disk.Root, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _disk.MountAsync();

    public async ValueTask DisposeAsync() => await _disk.DisposeAsync();

    /// <param name="roomBytes">What is left when the recordings come: it runs out at the copies, in the log, or at what the rules make.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(200_000)]
    [InlineData(700_000)]
    public async Task With_room_again_everything_that_was_asked_for_is_there_once(long roomBytes)
    {
        await using var server = await StrataServerProcess.StartAsync(Data, new Dictionary<string, string> { ["Strata__Workers__SweepEvery"] = "00:00:01" });
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset, "--rules", "howto");
        await _disk.FillAsync(roomBytes);

        var refused = await StrataProgram.RunAsync(Data, ["register", .. Samples.Files, "--dataset", Dataset, "--keep", "copy", "--json"]);
        (refused.Out + refused.Error).ShouldNotContain("   at ");
        if (roomBytes == 0)
        {
            refused.Code.ShouldNotBe(0, "or the disk was not full");
        }

        _disk.Free();
        await StrataProgram.JsonAsync(Data, 0, ["register", .. Samples.Files, "--dataset", Dataset, "--keep", "copy", "--wait"]);

        var manifest = (await StrataProgram.JsonAsync(Data, 0, "manifest", Dataset)).EnumerateArray().Select(LayerOf).ToList();
        manifest.ShouldBe(Samples.Segments.SelectMany(s => new[] { (s, "base"), (s, "quality"), (s, "tracking_error") }), ignoreOrder: true);
        (await StrataProgram.RunAsync(Data, "verify", Dataset)).Code.ShouldBe(0);
        (await StrataProgram.RunAsync(Data, "rebuild", "--verify")).Code.ShouldBe(0);
        Directory.EnumerateFiles(Data, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    /// <param name="isAnnounced">Then it is refused before a byte of it is read.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_that_finds_no_room_is_refused_with_507_and_nothing_of_it_stays(bool isAnnounced)
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        await _disk.FillAsync(roomBytes: 2 << 20);
        var bytes = new byte[4 << 20];
        using var http = new HttpClient();

        async Task<System.Net.HttpStatusCode> SendAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(server.Url, $"/recordings/{Contracts.Sha256Digest.Of(bytes)}")) { Content = new ByteArrayContent(bytes) };
            request.Headers.TransferEncodingChunked = !isAnnounced;
            using var answer = await http.SendAsync(request, Token);
            return answer.StatusCode;
        }

        (await SendAsync()).ShouldBe(System.Net.HttpStatusCode.InsufficientStorage);
        Directory.EnumerateFiles(Path.Combine(Data, "recordings"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldBe(["store.id"]);

        _disk.Free();
        (await SendAsync()).ShouldBe(System.Net.HttpStatusCode.Created);
    }

    private static (string Segment, string Layer) LayerOf(JsonElement row) => (row.GetProperty("rerun_segment_id").GetString()!, row.GetProperty("rerun_layer_name").GetString()!);
}
