using Microsoft.Extensions.DependencyInjection;
using Strata.Catalog.Tests.Replay;
using Strata.Recordings;
using Strata.Rrd.Tests;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Uploads;

/// <summary>The real client stages files that the server cannot open where they lie.</summary>
public sealed class PythonStagingTests
{
    [Fact]
    public async Task The_real_client_stages_a_file_and_registers_it_and_writes_segments_itself_and_reads_them()
    {
        // The server may open no file of this machine: what it has came over the wire.
        using var folder = new TestFolder();
        var closed = new LocalRecordingStore(new(folder.Root, [], AllowedRoots: []));
        await using var host = await CatalogHost.StartAsync(folder: folder.Root, services: services => services.AddSingleton<IRecordingStore>(closed));

        var printed = await RerunSdk.PythonAsync(
            """
            import pathlib, sys
            from rerun.catalog import CatalogClient
            inputs = pathlib.Path(sys.argv[2])
            client = CatalogClient(sys.argv[1])
            dataset = client.create_dataset("joints")
            try:
                dataset.register([(inputs / "joints_0.rrd").as_uri()]).wait()
            except Exception as e:
                print("outside the folders" in str(e))
            staged = client.stage(str(inputs / "joints_0.rrd"), key="runs/joints_0.rrd")
            print(staged)
            print(dataset.register([staged]).wait().segment_ids)
            print(dataset._write_segments(inputs / "joints_1.rrd").wait().segment_ids)
            print(dataset._write_segments((inputs / "joints_2.rrd").read_bytes(), "lab").wait().segment_ids)
            try:
                client.stage(b"other", key="runs/joints_0.rrd")
            except Exception as e:
                print(type(e).__name__, str(e).splitlines()[0])
            print(sorted(dataset.segment_ids()))
            print(dataset.reader(index="real_time").count())
            """,
            $"rerun+{host.Url}",
            Path.Combine(WireScenario.Root, "inputs", "sample_5"));

        printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(
        [
            "True",
            "strata://staged/runs/joints_0.rrd",
            "['joints_0']",
            "['joints_1']",
            "['joints_2']",
            "AlreadyExistsError /GetWriteAccessGrant failed: cannot issue write access grant: object already exists (AlreadyExists)",
            "['joints_0', 'joints_1', 'joints_2']",
            "120",
        ]);
        host.Log.Lines.ShouldBeEmpty();
    }
}
