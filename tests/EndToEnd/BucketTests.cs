using System.Text.Json;
using Strata.Rrd.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>The program with its recordings in a bucket: nothing of them lies in the data directory.</summary>
public sealed class BucketTests : IAsyncLifetime
{
    private const string Dataset = "arm";
    private const string Bucket = "fleet";
    private const string Prefix = "catalogs/one/";

    /// <summary>All chunks of all layers, as a client reads them.</summary>
    private const string Read =
        """
        import sys
        import rerun as rr
        dataset = rr.catalog.CatalogClient(sys.argv[1]).get_dataset(name="arm")
        print(len(dataset.segment_ids()), dataset.reader(index="real_time").count(), sorted(dataset.segment_table().to_pandas()["property:quality:tracking_good"].map(lambda v: v[0]).tolist()))
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-bucket-").FullName;
    private StandInS3 _s3 = null!;

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _s3 = await StandInS3.StartAsync(Bucket);

    public async ValueTask DisposeAsync()
    {
        await _s3.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_registered_and_derived_lies_in_the_bucket_and_outlives_a_crash_and_the_data_directory()
    {
        JsonElement before;
        await using (var server = await ServeAsync(Data))
        {
            await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");
            before = await StrataProgram.JsonAsync(Data, 0, "segments", Dataset);
            before.EnumerateArray().Select(StrataProgram.Layers).ShouldBe(Enumerable.Repeat("base, tracking_error, quality", 5));
            await server.KillAsync();
        }

        Names().Count.ShouldBe(15);
        Names().ShouldAllBe(name => name.StartsWith($"{Prefix}recordings/", StringComparison.Ordinal));
        Directory.Exists(Path.Combine(Data, "recordings")).ShouldBeFalse();

        Directory.Delete(Path.Combine(Data, "cache"), recursive: true);
        await using var again = await ServeAsync(Data);
        (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).GetRawText().ShouldBe(before.GetRawText());
        var verified = await StrataProgram.JsonAsync(Data, 0, "verify", Dataset);
        (verified.GetProperty("checked").GetInt64(), verified.GetProperty("equal").GetInt64()).ShouldBe((15, 15));
        (await StrataProgram.JsonAsync(Data, 0, "du")).GetProperty("total").GetProperty("size_bytes").GetInt64().ShouldBe(Names().Sum(name => _s3.Content.Objects[(Bucket, name)].Bytes.Length));
    }

    [Fact]
    public async Task A_byte_that_flipped_in_the_bucket_is_found_whatever_this_machine_holds_of_it()
    {
        var file = SmallRecordings.Write(_folder, "run_1", 0.1, 0.2);
        await using var server = await ServeAsync(Data);
        await StrataProgram.JsonAsync(Data, 0, "register", file, "--dataset", Dataset, "--wait");
        (await StrataProgram.JsonAsync(Data, 0, "verify", Dataset)).GetProperty("equal_bytes").GetInt64().ShouldBe(3);
        var hash = Contracts.Sha256Digest.Of(await File.ReadAllBytesAsync(file, Token));
        var location = $"recordings/{hash.Value[..2]}/{hash}.rrd";
        byte[] flipped = [.. _s3.Content.Objects[(Bucket, $"{Prefix}{location}")].Bytes];
        flipped[^50] ^= 1;
        _s3.Content.Put(Bucket, $"{Prefix}{location}", flipped);

        var verified = await StrataProgram.JsonAsync(Data, 1, "verify", Dataset);

        verified.GetProperty("different").EnumerateArray().Select(d => (d.GetProperty("layer").GetString(), d.GetProperty("what").GetString(), d.GetProperty("file").GetString()))
            .ShouldBe([("base", "file_sha256", location), ("tracking_error", "input", location)]);
    }

    [Fact]
    public async Task The_real_client_reads_from_the_bucket_what_it_reads_from_a_folder()
    {
        RerunSdk.Python();
        var answers = new List<string>();
        foreach (var (data, environment) in new[] { (Path.Combine(_folder, "local"), new Dictionary<string, string>()), (Data, Settings()) })
        {
            await using var server = await StrataServerProcess.StartAsync(data, environment);
            await StrataProgram.JsonAsync(data, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");
            answers.Add(await RerunSdk.PythonAsync(Read, $"rerun+{server.Url}"));
        }

        answers[1].ShouldBe(answers[0]);
        answers[0].ShouldStartWith("5 ");
        Names().Count.ShouldBe(15);
    }

    [Fact]
    public async Task An_upload_goes_to_the_bucket_and_is_known_after_a_restart()
    {
        var bytes = await File.ReadAllBytesAsync(SmallRecordings.Write(_folder, "run_1", 0.1, 0.2), Token);
        var hash = Contracts.Sha256Digest.Of(bytes);
        using var http = new HttpClient();
        foreach (var status in new[] { System.Net.HttpStatusCode.Created, System.Net.HttpStatusCode.OK })
        {
            await using var server = await ServeAsync(Data);
            using var content = new ByteArrayContent(bytes);
            using var answer = await http.PutAsync(new Uri(server.Url, $"/recordings/{hash}"), content, Token);
            answer.StatusCode.ShouldBe(status, await answer.Content.ReadAsStringAsync(Token));
        }

        Names().ShouldBe([$"{Prefix}recordings/{hash.Value[..2]}/{hash}.rrd"]);
        Directory.EnumerateFiles(Path.Combine(Data, "recordings"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_replaced_is_collected_what_was_purged_is_erased_and_what_was_cut_off_is_cleaned()
    {
        var (old, now) = (SmallRecordings.Write(_folder, "run_1", 0.1, 0.2), SmallRecordings.Write(_folder, "run_1", 0.5, 0.6));
        await JsonAsync(Data, "register", old, "--dataset", Dataset, "--wait");
        await JsonAsync(Data, "register", now, "--dataset", Dataset, "--on-duplicate", "replace", "--wait");
        await JsonAsync(Data, "dataset", "retain", Dataset, "--superseded", "0");
        _s3.Content.Uploads["cut"] = new(Bucket, $"{Prefix}recordings/aa/{new string('a', 64)}.rrd", DateTime.UtcNow.AddDays(-2), new());
        _s3.Content.Put(Bucket, "elsewhere/recordings/aa/" + new string('a', 64) + ".rrd", [1]);
        Names().Count.ShouldBe(7);

        (await JsonAsync(Data, "gc")).GetProperty("files").GetArrayLength().ShouldBe(4, "the base layer, the two that were derived from it, and the upload that was cut off");
        _s3.Content.Uploads.ShouldBeEmpty();
        Names().Count(n => n.StartsWith(Prefix, StringComparison.Ordinal)).ShouldBe(3);
        (await JsonAsync(Data, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(3);

        (await JsonAsync(Data, "purge", Dataset, "run_1", "--reason", "asked")).GetProperty("files").GetInt64().ShouldBe(3);
        Names().ShouldBe(["elsewhere/recordings/aa/" + new string('a', 64) + ".rrd"], "another catalog's files are not ours");
        Directory.GetFiles(Path.Combine(Data, "cache"), "*", SearchOption.AllDirectories).ShouldBeEmpty("nor is a block of what was purged left on the disk");
    }

    [Fact]
    public async Task A_backup_of_a_bucket_is_restored_into_a_folder_and_one_of_a_folder_into_a_bucket()
    {
        await JsonAsync(Data, "register", Samples.Folder, "--dataset", Dataset, "--wait");
        var (backup, local, second, back) = (Path.Combine(_folder, "backup"), Path.Combine(_folder, "local"), Path.Combine(_folder, "second"), Path.Combine(_folder, "back"));
        (await JsonAsync(Data, "backup", backup)).GetProperty("files").GetInt64().ShouldBe(15);
        (await JsonAsync(Data, "backup", backup)).GetProperty("copied_files").GetInt64().ShouldBe(0);
        Directory.Exists(Path.Combine(backup, "scratch")).ShouldBeFalse();
        var objects = Names();
        _s3.Content.Objects.Clear();

        await StrataProgram.JsonAsync(local, 0, "restore", backup);
        (await StrataProgram.JsonAsync(local, 0, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(15);

        await StrataProgram.JsonAsync(local, 0, "backup", second);
        await JsonAsync(back, "restore", second);
        Names().ShouldBe(objects);
        (await JsonAsync(back, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(15);
        (await JsonAsync(back, "segments", Dataset)).GetRawText().ShouldBe((await StrataProgram.JsonAsync(local, 0, "segments", Dataset)).GetRawText());
    }

    [Fact]
    public async Task A_recording_of_a_configured_bucket_is_registered_by_its_url_read_where_it_lies_and_its_change_is_seen()
    {
        _s3.Content.AddBucket("robots");
        var file = SmallRecordings.Write(_folder, "run_1", 0.1, 0.2);
        _s3.Content.Put("robots", "in/run_1.rrd", File.ReadAllBytes(file));
        var environment = Settings();
        environment["Strata__Recordings__S3__Sources"] = "robots/in";
        await using var server = await StrataServerProcess.StartAsync(Data, environment);

        await StrataProgram.JsonAsync(Data, 0, "register", "s3://robots/in/run_1.rrd", "--dataset", Dataset, "--wait");
        var row = (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset))[0];
        StrataProgram.Layers(row).ShouldBe("base, tracking_error, quality");
        row.GetProperty("rerun_storage_urls")[0].GetString().ShouldBe("s3://robots/in/run_1.rrd");
        Names().Count(n => n.StartsWith(Prefix, StringComparison.Ordinal)).ShouldBe(2, "the base layer stays where it is");

        var whole = await StrataProgram.JsonAsync(Data, 0, "verify", Dataset, "run_1");
        (whole.GetProperty("equal_bytes").GetInt64(), whole.GetProperty("equal_reference").GetInt64()).ShouldBe((2, 1));

        _s3.Content.Put("robots", "in/run_1.rrd", File.ReadAllBytes(SmallRecordings.Write(_folder, "run_1", 0.7)));
        var verified = await StrataProgram.JsonAsync(Data, 1, "verify", Dataset, "run_1");
        verified.GetRawText().ShouldContain("was changed after it was registered");

        foreach (var (url, words) in new[] { ("s3://robots/out/a.rrd", "outside the buckets"), ("s3://robots/in/none.rrd", "no such object") })
        {
            var failed = await StrataProgram.JsonAsync(Data, 1, "register", url, "--dataset", Dataset);
            failed[0].GetProperty("reason").GetString()!.ShouldContain(words);
        }
    }

    [Fact]
    public async Task The_real_client_registers_an_object_by_its_url()
    {
        RerunSdk.Python();
        _s3.Content.AddBucket("robots");
        _s3.Content.Put("robots", "in/run_1.rrd", File.ReadAllBytes(SmallRecordings.Write(_folder, "run_1", 0.1, 0.2)));
        var environment = Settings();
        environment["Strata__Recordings__S3__Sources"] = "robots/in";
        await using var server = await StrataServerProcess.StartAsync(Data, environment);
        var printed = await RerunSdk.PythonAsync(
            """
            import sys
            import rerun as rr
            dataset = rr.catalog.CatalogClient(sys.argv[1]).create_dataset("arm")
            print(dataset.register("s3://robots/in/run_1.rrd").wait().segment_ids)
            try:
                dataset.register("s3://robots/out/run_1.rrd").wait()
            except Exception as e:
                print(e)
            """,
            $"rerun+{server.Url}");
        printed.ShouldContain("['run_1']");
        printed.ShouldContain("could not load URI: s3://robots/out/run_1.rrd");
    }

    [Fact]
    public async Task While_the_bucket_is_away_registering_fails_in_words_and_what_waits_is_derived_when_it_is_back()
    {
        var file = SmallRecordings.Write(_folder, "run_1", 0.1, 0.2);
        await using var server = await ServeAsync(Data);
        var isAway = true;
        var (met, registered) = (new TaskCompletionSource(), false);
        _s3.Fault = async context =>
        {
            var isDerived = registered && context.Request.Method == "PUT";
            registered |= context.Request.Method == "PUT";
            if (!isAway || !isDerived)
            {
                return false;
            }

            met.TrySetResult();
            await S3Answers.FailAsync(context, 503, "ServiceUnavailable");
            return true;
        };
        (await StrataProgram.JsonAsync(Data, 0, "register", file, "--dataset", Dataset))[0].GetProperty("status").GetString().ShouldBe("registered");
        await met.Task.WaitAsync(Token);

        var refused = await StrataProgram.JsonAsync(Data, 1, "register", SmallRecordings.Write(_folder, "run_2", 0.3), "--dataset", Dataset);
        refused[0].GetProperty("reason").GetString()!.ShouldContain("503");

        isAway = false;
        await StrataProgram.JsonAsync(Data, 0, "register", file, "--dataset", Dataset, "--wait");
        (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).EnumerateArray().Select(StrataProgram.Layers).ShouldBe(["base, tracking_error, quality"]);
    }

    [Fact]
    public async Task A_bucket_that_does_not_answer_is_told_by_health_and_by_the_doctor_with_what_to_do()
    {
        await using var server = await ServeAsync(Data);
        (await DoctorAsync(0)).GetProperty("words").GetString()!.ShouldEndWith("answers");
        _s3.Fault = async context =>
        {
            await S3Answers.FailAsync(context, 403, "InvalidAccessKeyId");
            return true;
        };

        using var http = new HttpClient();
        var health = await http.GetAsync(new Uri(server.Url, "/health?details"), Token);
        var part = JsonElement.Parse(await health.Content.ReadAsStringAsync(Token)).GetProperty("parts").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "recordings");
        health.StatusCode.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);
        part.GetProperty("words").GetString()!.ShouldContain("Strata__Recordings__S3__AccessKey");

        var line = await DoctorAsync(1);
        line.GetProperty("status").GetString().ShouldBe("problem");
        line.GetProperty("words").GetString()!.ShouldContain("Strata__Recordings__S3__AccessKey");
    }

    [Fact]
    public async Task Killed_in_the_midst_of_registering_no_event_names_an_object_that_is_not_there_and_the_rest_is_done_next_time()
    {
        var files = SmallRecordings.WriteMany(_folder, 40);
        await using (var server = await ServeAsync(Data))
        {
            var many = new TaskCompletionSource();
            var puts = 0;
            _s3.Fault = context =>
            {
                if (context.Request.Method == "PUT" && Interlocked.Increment(ref puts) == 55)
                {
                    many.SetResult();
                }

                return Task.FromResult(false);
            };
            var registering = StrataProgram.RunAsync(Data, ["register", .. files, "--dataset", Dataset, "--wait"]);
            await many.Task.WaitAsync(Token);
            await server.KillAsync();
            await registering;
        }

        _s3.Fault = null;
        await JsonAsync(Data, "register", [.. files, "--dataset", Dataset, "--wait"]);
        var verified = await JsonAsync(Data, "verify", Dataset);
        (verified.GetProperty("checked").GetInt64(), verified.GetProperty("equal").GetInt64()).ShouldBe((120, 120));
    }

    [Theory]
    [InlineData("Endpoint", "ftp://host", "Endpoint: expected http(s)://HOST:PORT")]
    [InlineData("Sources", "robots,fleet/catalogs", "Sources: expected buckets or folders beside the copies")]
    [InlineData("PathStyle", "yes", "PathStyle: expected true or false")]
    [InlineData("SecretKey", "", "SecretKey: expected a value")]
    [InlineData("Bucket", "", "Bucket: expected the name of a bucket")]
    public async Task A_setting_that_cannot_be_is_refused_at_the_start(string key, string value, string words)
    {
        var settings = Settings();
        settings[$"Strata__Recordings__S3__{key}"] = value;

        var refused = await StrataProgram.RunAsync(Data, settings, "serve", "--listen", "127.0.0.1:0");

        refused.Code.ShouldNotBe(0);
        refused.Error.ShouldContain(words);
        refused.Error.ShouldNotContain("nobody-sees-this");
    }

    private Task<StrataServerProcess> ServeAsync(string data) => StrataServerProcess.StartAsync(data, Settings());

    /// <summary>Of copies; beside them lies the id of the store.</summary>
    private IReadOnlyList<string> Names() => [.. _s3.Content.Objects.Keys.Where(k => k.Bucket == Bucket && k.Key.EndsWith(".rrd", StringComparison.Ordinal)).Select(k => k.Key).Order(StringComparer.Ordinal)];

    private async Task<JsonElement> DoctorAsync(int code) =>
        (await JsonAsync(Data, code, "doctor")).EnumerateArray().Single(l => l.GetProperty("name").GetString() == "recordings");

    private Task<JsonElement> JsonAsync(string data, string command, params string[] arguments) => JsonAsync(data, 0, command, arguments);

    private Task<JsonElement> JsonAsync(string data, int code, string command, params string[] arguments) => StrataProgram.JsonAsync(data, Settings(), code, [command, .. arguments]);

    private Dictionary<string, string> Settings() => new()
    {
        ["Strata__Recordings__S3__Endpoint"] = _s3.Endpoint.AbsoluteUri,
        ["Strata__Recordings__S3__Bucket"] = Bucket,
        ["Strata__Recordings__S3__Prefix"] = Prefix,
        ["Strata__Recordings__S3__AccessKey"] = "test",
        ["Strata__Recordings__S3__SecretKey"] = "nobody-sees-this",
    };
}
