using Strata.Registrar;
using Strata.Rrd.Tests;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>A program that keeps one dataset object of the real client for long, as most do: what it reads is never older than what was registered.</summary>
public sealed class HeldDatasetTests : IDisposable
{
    private const string Script =
        """
        import pathlib, tempfile
        import rerun as rr
        from rerun.catalog import CatalogClient
        dataset = CatalogClient("SERVER").get_dataset(name="held")
        def columns():
            return [name for name in dataset.reader(index="real_time").schema().names if name.startswith("/added")]
        before = columns()
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "added.rrd"
            with rr.RecordingStream("added", recording_id="SEGMENT") as recording:
                recording.save(file)
                recording.send_columns("/added", indexes=[rr.TimeColumn("real_time", timestamp=[1.0])], columns=rr.Scalars.columns(scalars=[1.0]))
            dataset.register([file.as_uri()], layer_name="added").wait()
        print(before, columns())
        """;

    private readonly TestFolder _folder = new();

    private static string Samples => Path.Combine(Path.GetDirectoryName(TestData.Folder("crafted"))!, "..", "..", "samples", "sample_5");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_reader_right_after_a_registration_knows_the_new_columns()
    {
        await using var python = PythonScripts.Start(RerunSdk.Python());
        await using var host = await StrataHost.StartAsync(_folder.Path("data"));
        await host.CreateAsync("held", hasRules: false);
        var sample = Directory.GetFiles(Samples, "*.rrd").Order(StringComparer.Ordinal).First();
        var segment = (await host.RegisterAsync("held", OnDuplicate.Error, "base", sample)).Recordings.Single().Segment.ShouldNotBeNull();

        var result = await python.RunAsync(Script.Replace("SERVER", $"rerun+{host.Url}", StringComparison.Ordinal).Replace("SEGMENT", segment, StringComparison.Ordinal));

        result.Error.ShouldBeNull();
        result.Printed.Trim().ShouldBe("[] ['/added:Scalars:scalars']");
    }
}
