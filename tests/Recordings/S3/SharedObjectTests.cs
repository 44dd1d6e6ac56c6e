using System.Globalization;
using System.Web;
using Strata.Servers;
using Strata.TestSupport;

namespace Strata.Recordings.Tests;

/// <summary>URLs at which others read what lies in a bucket.</summary>
public sealed class SharedObjectTests(ForeignS3 server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_the_URL_of_a_recording_reads_it_by_HTTP_without_credentials_for_the_time_that_was_asked_for()
    {
        Assert.SkipWhen(server.Address is null, server.Absence);
        await using var bucket = new ForeignBucketUnderTest(server.Address!);
        byte[] bytes = [1, 2, 3];
        var kept = (await bucket.Store.WriteAllAsync([bytes], Token))[0].Kept;
        using var cached = await bucket.Store.OpenAsync(kept, Token);
        using var anew = await bucket.Store.OpenAnewAsync(kept, Token);
        using var http = new HttpClient();

        foreach (var opened in new[] { cached, anew })
        {
            var url = (await opened.ShareAsync(TimeSpan.FromMinutes(6), Token))!;

            url.Scheme.ShouldBe(server.Address!.Scheme);
            // The library counts whole seconds between two readings of the clock.
            LastingSecondsOf(url).ShouldBeInRange(359, 361);
            url.Query.ShouldContain("X-Amz-Signature=");
            (await http.GetByteArrayAsync(url, Token)).ShouldBe(bytes);
        }
    }

    private static int LastingSecondsOf(Uri url) => int.Parse(HttpUtility.ParseQueryString(url.Query)["X-Amz-Expires"]!, CultureInfo.InvariantCulture);

    [Fact]
    public async Task What_lies_on_a_disk_has_no_URL()
    {
        using var folder = new TestFolder();
        var store = new LocalRecordingStore(new(folder.Path("data"), [], null));
        using var opened = await store.OpenAsync((await store.WriteAllAsync([new byte[] { 1 }], Token))[0].Kept, Token);

        (await opened.ShareAsync(TimeSpan.FromMinutes(1), Token)).ShouldBeNull();
    }
}
