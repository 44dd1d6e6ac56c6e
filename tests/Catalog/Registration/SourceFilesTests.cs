using Grpc.Core;
using Strata.Catalog.Registration;
using Strata.Recordings;
using Strata.TestSupport;
using static Strata.Catalog.Tests.Registration.RegistrationClient;

namespace Strata.Catalog.Tests.Registration;

/// <summary>On a server that others can reach only some folders are looked into. Source: DESIGN rule 12.</summary>
public sealed class SourceFilesTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SourceFiles _files;

    public SourceFilesTests()
    {
        Directory.CreateDirectory(_folder.Path("open"));
        _files = new(new LocalRecordingStore(new LocalRecordingStoreOptions(_folder.Path("data"), [], [_folder.Path("open")])), new Dictionary<string, KeptFile>());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_open_folder_and_what_is_below_it_is_looked_into()
    {
        var a = _folder.Write("open/a.rrd", [1]);
        var b = _folder.Write("open/deep/b.rrd", [1]);
        Resolve(_folder.Path("open")).ShouldBe([a, b]);
        Resolve(_folder.Path("open/deep")).ShouldBe([b]);
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("none")]
    [InlineData("open/../closed")]
    [InlineData("open/link")]
    [InlineData("open-not")]
    public void Of_any_other_folder_not_even_its_existence_is_told(string folder)
    {
        _folder.Write("closed/a.rrd", [1]);
        _folder.Write("open-not/a.rrd", [1]);
        File.CreateSymbolicLink(_folder.Path("open/link"), _folder.Path("closed"));
        var refused = Should.Throw<CatalogException>(() => Resolve(_folder.Path(folder)));
        refused.Code.ShouldBe(StatusCode.NotFound);
        refused.Message.ShouldStartWith("RRD file not found, could not load URI: file://");
    }

    [Theory]
    [InlineData("/a b.rrd", "file:///a%20b.rrd")]
    [InlineData("/ü/100%.rrd", "file:///%C3%BC/100%25.rrd")]
    [InlineData("/a+b&c;d[1],e=f.rrd", "file:///a+b&c;d[1],e=f.rrd")]
    [InlineData("/#?{}<>\"`^\\|.rrd", "file:///%23%3F%7B%7D%3C%3E%22%60%5E%5C|.rrd")]
    public void A_path_becomes_a_url_and_the_url_that_path(string path, string url)
    {
        FileUrl.Of(path).ShouldBe(url);
        FileUrl.PathOf(url, out _).ShouldBe(path);
    }

    [Theory]
    [InlineData("file://localhost/a.rrd", "/a.rrd")]
    [InlineData("FILE:///a.rrd", "/a.rrd")]
    [InlineData("file:///a/../b.rrd", "/b.rrd")]
    [InlineData("file:///a%00b.rrd", null)]
    [InlineData("file:a.rrd", null)]
    [InlineData("https://host/a.rrd", null)]
    public void Only_a_file_of_this_machine_has_a_path(string url, string? path) => FileUrl.PathOf(url, out _).ShouldBe(path);

    private IEnumerable<string> Resolve(string folder) => _files.Resolve([Source(folder, prefix: true)], TestContext.Current.CancellationToken).Select(f => f.Path);
}
