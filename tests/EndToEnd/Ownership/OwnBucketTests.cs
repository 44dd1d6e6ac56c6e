using Strata.Servers;

namespace Strata.EndToEnd.Tests.Ownership;

/// <summary>Two catalogs and one bucket.</summary>
public sealed class OwnBucketTests : IAsyncLifetime
{
    private const string Bucket = "fleet";
    private const string Dataset = "arm";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-owner-").FullName;
    private StandInS3 _s3 = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IReadOnlyList<string> Names => [.. _s3.Content.Objects.Keys.Select(k => k.Key).Order(StringComparer.Ordinal)];

    public async ValueTask InitializeAsync() => _s3 = await StandInS3.StartAsync(Bucket);

    public async ValueTask DisposeAsync()
    {
        await _s3.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_catalog_on_the_same_prefix_does_not_start_and_gc_of_it_removes_nothing(bool refusesConditions)
    {
        _s3.RefusesConditions = refusesConditions;
        (await RunAsync("first", "one", "register", Samples.Files[0], "--dataset", Dataset, "--wait")).Code.ShouldBe(0);
        foreach (var name in Names)
        {
            _s3.Content.Age(Bucket, name, TimeSpan.FromDays(2));
        }

        var before = Names;
        before.ShouldContain("one/recordings/store.id");
        foreach (var arguments in (string[][])[["gc"], ["serve", "--listen", "127.0.0.1:0"], ["register", Samples.Files[1], "--dataset", Dataset]])
        {
            var refused = await RunAsync("second", "one", arguments);
            (refused.Code, refused.Error.Contains($"the recordings in s3://{Bucket}/one/ belong to another catalog", StringComparison.Ordinal)).ShouldBe((1, true), refused.Error);
        }

        Names.ShouldBe(before);
        (await RunAsync("second", "two", "register", Samples.Files[1], "--dataset", Dataset)).Code.ShouldBe(0);
        (await RunAsync("first", "one", "verify", Dataset)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_moved_with_the_tools_of_the_store_goes_on_there()
    {
        (await RunAsync("first", "one", "register", Samples.Files[0], "--dataset", Dataset, "--wait")).Code.ShouldBe(0);
        foreach (var ((bucket, key), found) in _s3.Content.Objects.ToArray())
        {
            _s3.Content.Put(bucket, key.Replace("one/", "moved/", StringComparison.Ordinal), found.Bytes);
            _s3.Content.Objects.Remove((bucket, key), out _);
        }

        (await RunAsync("first", "moved", "register", Samples.Files[1], "--dataset", Dataset, "--wait")).Code.ShouldBe(0);
        (await RunAsync("first", "moved", "verify", Dataset)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_keeps_no_server_from_starting_and_is_not_used_before_it_is_known()
    {
        (await RunAsync("first", "one", "register", Samples.Files[0], "--dataset", Dataset)).Code.ShouldBe(0);
        _s3.Fault = async context =>
        {
            await S3Answers.FailAsync(context, 503, "ServiceUnavailable");
            return true;
        };
        await using var first = await StrataServerProcess.StartAsync(Path.Combine(_folder, "first"), Settings("one"));
        await using var second = await StrataServerProcess.StartAsync(Path.Combine(_folder, "second"), Settings("one"));
        second.Said.ShouldContain(line => line.Contains("whose they are cannot be told yet", StringComparison.Ordinal));

        _s3.Fault = null;
        await StrataProgram.JsonAsync(Path.Combine(_folder, "first"), 0, "register", Samples.Files[1], "--dataset", Dataset, "--wait");
        var names = Names;
        var refused = await StrataProgram.JsonAsync(Path.Combine(_folder, "second"), 1, "register", Samples.Files[2], "--dataset", Dataset);
        refused[0].GetProperty("reason").GetString()!.ShouldContain("belong to another catalog");
        Names.ShouldBe(names);
        await second.SaysAsync("belong to another catalog");
        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri(second.Url, "/alive"), Token)).ShouldContain("alive");
        while ((await http.GetAsync(new Uri(second.Url, "/health"), Token)).StatusCode != System.Net.HttpStatusCode.ServiceUnavailable)
        {
            await Task.Delay(20, Token);
        }
    }

    private Task<ProgramResult> RunAsync(string data, string prefix, params string[] arguments) => StrataProgram.RunAsync(Path.Combine(_folder, data), Settings(prefix), arguments);

    private Dictionary<string, string> Settings(string prefix) => new(StringComparer.Ordinal)
    {
        ["Strata__Recordings__S3__Endpoint"] = _s3.Endpoint.AbsoluteUri,
        ["Strata__Recordings__S3__Bucket"] = Bucket,
        ["Strata__Recordings__S3__Prefix"] = prefix,
        ["Strata__Recordings__S3__AccessKey"] = "test",
        ["Strata__Recordings__S3__SecretKey"] = "nobody-sees-this",
    };
}
