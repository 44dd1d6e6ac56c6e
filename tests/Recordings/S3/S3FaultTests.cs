using Microsoft.AspNetCore.Http;
using Strata.Contracts;
using Strata.Servers;

namespace Strata.Recordings.Tests;

/// <summary>Faults that pass are not noticed, and those that stay are told in words and leave nothing half.</summary>
public sealed class S3FaultTests
{
    private const int Large = 2 * LargeUpload.PartBytes + 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("cut")]
    [InlineData("cut in the body")]
    public async Task Each_request_may_fail_twice(string fault)
    {
        await using var place = await StandInUnderTest.StartAsync();
        var failures = new Dictionary<string, int>();
        place.Server.Fault = async context =>
        {
            var request = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}{context.Request.Headers.Range}";
            failures[request] = failures.GetValueOrDefault(request) + 1;
            return failures[request] <= 2 && await FailAsync(context, fault);
        };
        var (small, large) = (RecordingStoreConformance.Bytes(1_000), RecordingStoreConformance.Bytes(Large));
        var kept = (await place.Store.WriteAllAsync([small], Token))[0].Kept;
        var big = (await place.Store.KeepAsync(RecordingStoreConformance.Source(place, "a.rrd", large), KeepMode.Copy, Token)).Kept;
        (await RecordingStoreConformance.ReadAsync(place.Store, kept)).AsSpan().SequenceEqual(small).ShouldBeTrue();
        (await RecordingStoreConformance.ReadAsync(place.Store, big)).AsSpan().SequenceEqual(large).ShouldBeTrue();
        (await place.Store.ListAsync(Token).ToListAsync(Token)).Count.ShouldBe(2);
        place.Server.Content.Uploads.ShouldBeEmpty();
        failures.Values.Count(f => f > 2).ShouldBeGreaterThan(8);
    }

    [Fact]
    public async Task An_upload_whose_good_answer_was_lost_is_found_done()
    {
        await using var place = await StandInUnderTest.StartAsync();
        var lost = new HashSet<string>();
        place.Server.Fault = context =>
        {
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !context.Request.QueryString.ToString().EndsWith("uploads", StringComparison.Ordinal)
                && lost.Add($"{context.Request.Method}{context.Request.Path}{context.Request.QueryString}"))
            {
                context.Response.OnStarting(() =>
                {
                    context.Abort();
                    return Task.CompletedTask;
                });
            }

            return Task.FromResult(false);
        };
        foreach (var length in new[] { 1_000, Large })
        {
            var bytes = RecordingStoreConformance.Bytes(length);
            var kept = (await place.Store.KeepAsync(RecordingStoreConformance.Source(place, "a.rrd", bytes), KeepMode.Copy, Token)).Kept;
            (await RecordingStoreConformance.ReadAsync(place.Store, kept)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        }

        lost.Count.ShouldBeGreaterThan(4);
        place.Server.Content.Uploads.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_is_away_says_so_with_what_to_do_and_passes_for_a_fault_of_storage()
    {
        await using var place = await StandInUnderTest.StartAsync();
        var kept = (await place.Store.WriteAllAsync([RecordingStoreConformance.Bytes(10)], Token))[0].Kept;
        await place.Server.DisposeAsync();
        var store = place.OpenAnother();
        Func<Task>[] all =
        [
            () => store.WriteAllAsync([RecordingStoreConformance.Bytes(11)], Token),
            () => store.KeepAsync(RecordingStoreConformance.Source(place, "a.rrd", RecordingStoreConformance.Bytes(12)), KeepMode.Copy, Token),
            async () => await store.OpenAsync(kept, Token),
            async () => await store.IsThereAsync(kept, Token),
            async () => await store.ListAsync(Token).ToListAsync(Token),
        ];
        foreach (var ask in all)
        {
            var away = await Should.ThrowAsync<RecordingStorageException>(ask);
            away.Message.ShouldContain($"no answer");
            away.Message.ShouldContain(place.Server.Endpoint.Authority);
            away.Message.ShouldContain("s3://fleet/strata/");
        }
    }

    [Theory]
    [InlineData(403, "AccessDenied", "AccessKey")]
    [InlineData(403, "RequestTimeTooSkewed", "clock")]
    [InlineData(301, "PermanentRedirect", "Region")]
    [InlineData(500, "InternalError", "tried several times")]
    public async Task What_stays_wrong_is_told_with_the_setting_to_look_at(int status, string code, string word)
    {
        await using var place = await StandInUnderTest.StartAsync();
        place.Server.Fault = async context =>
        {
            await S3Answers.FailAsync(context, status, code);
            return true;
        };
        var refused = await Should.ThrowAsync<RecordingStorageException>(() => place.Store.WriteAllAsync([RecordingStoreConformance.Bytes(10)], Token));
        refused.Message.ShouldContain(code);
        refused.Message.ShouldContain(word);
        refused.ToString().ShouldNotContain(StandInUnderTest.SecretKey);
    }

    [Fact]
    public async Task A_missing_bucket_is_no_missing_recording()
    {
        await using var place = await StandInUnderTest.StartAsync();
        var kept = (await place.Store.WriteAllAsync([RecordingStoreConformance.Bytes(10)], Token))[0].Kept;
        place.Server.Content.RemoveBucket("fleet");
        foreach (var ask in (Func<Task>[])[async () => await place.Store.IsThereAsync(kept, Token), async () => await place.OpenAnother().OpenAsync(kept, Token)])
        {
            (await Should.ThrowAsync<RecordingStorageException>(ask)).Message.ShouldContain("make the bucket 'fleet'");
        }
    }

    [Fact]
    public async Task An_upload_that_fails_in_the_middle_is_given_up_and_nothing_of_it_is_seen()
    {
        await using var place = await StandInUnderTest.StartAsync();
        place.Server.Fault = async context => context.Request.Query["partNumber"] == "3" && await FailAsync(context, "500");
        var source = RecordingStoreConformance.Source(place, "a.rrd", RecordingStoreConformance.Bytes(Large));
        await Should.ThrowAsync<RecordingStorageException>(() => place.Store.KeepAsync(source, KeepMode.Copy, Token));
        place.Server.Requests.Count(r => r.Contains("partNumber=2", StringComparison.Ordinal)).ShouldBe(1);
        (await place.NamesAsync()).ShouldBeEmpty();
        place.Server.Content.Uploads.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_sent_is_refused_and_nothing_of_it_is_seen()
    {
        await using var place = await StandInUnderTest.StartAsync();
        var bytes = RecordingStoreConformance.Bytes(Large);
        var source = RecordingStoreConformance.Source(place, "a.rrd", bytes);
        place.Server.Fault = context =>
        {
            if (context.Request.Query["partNumber"] == "1")
            {
                bytes[^1] ^= 1;
                File.WriteAllBytes(source.Path, bytes);
            }

            return Task.FromResult(false);
        };
        (await Should.ThrowAsync<RecordingRefusedException>(() => place.Store.KeepAsync(source, KeepMode.Copy, Token))).Message.ShouldContain("changed while it was sent");
        (await place.NamesAsync()).ShouldBeEmpty();
        place.Server.Content.Uploads.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_stops_an_upload_leaves_nothing_of_it()
    {
        await using var place = await StandInUnderTest.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        place.Server.Fault = async context =>
        {
            if (context.Request.Query["partNumber"] == "2")
            {
                await stop.CancelAsync();
            }

            return false;
        };
        var source = RecordingStoreConformance.Source(place, "a.rrd", RecordingStoreConformance.Bytes(Large));
        await Should.ThrowAsync<OperationCanceledException>(() => place.Store.KeepAsync(source, KeepMode.Copy, stop.Token));
        place.Server.Content.Uploads.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_that_were_altered_on_the_way_are_refused_by_the_store()
    {
        await using var place = await StandInUnderTest.StartAsync();
        place.Server.Fault = context =>
        {
            context.Request.Body = new Altered(context.Request.Body);
            return Task.FromResult(false);
        };
        (await Should.ThrowAsync<RecordingStorageException>(() => place.Store.WriteAllAsync([RecordingStoreConformance.Bytes(1_000)], Token))).Message.ShouldContain("BadDigest");
        (await place.NamesAsync()).ShouldBeEmpty();
    }

    private static async Task<bool> FailAsync(HttpContext context, string fault)
    {
        switch (fault)
        {
            case "cut in the body" when HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Range.Count > 0:
                context.Response.StatusCode = 206;
                context.Response.ContentLength = 1_000;
                context.Response.Headers.ContentRange = "bytes 0-999/1000";
                await context.Response.Body.WriteAsync(new byte[10]);
                await context.Response.Body.FlushAsync();
                context.Abort();
                break;
            case "cut" or "cut in the body":
                context.Abort();
                break;
            default:
                await S3Answers.FailAsync(context, int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture), "ServiceUnavailable");
                break;
        }

        return true;
    }

    /// <summary>The same length, another first byte.</summary>
    private sealed class Altered(Stream inner) : Stream
    {
        private bool _isAltered;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            if (read > 0 && !_isAltered)
            {
                buffer.Span[0] ^= 1;
                _isAltered = true;
            }

            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
