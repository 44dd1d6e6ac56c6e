using Strata.Catalog.Tests.Acceptance;
using Strata.Contracts;
using Strata.Registrar;
using Strata.Rrd.Tests;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Entries;

/// <summary>Past states of a dataset through the real, unmodified client.</summary>
public sealed class MomentsPythonTests : IDisposable
{
    /// <summary>Prints a hash of the bytes of every answer about a dataset, in an order of its own where the client promises none.</summary>
    private const string Show =
        """
        import hashlib, sys, warnings
        warnings.simplefilter("ignore")
        import pyarrow as pa
        from rerun.catalog import CatalogClient

        def plain(meta):
            return None if meta is None else dict(sorted(meta.items()))

        def ordered(schema):  # the client's maps have another order in each process
            return pa.schema([f.with_metadata(plain(f.metadata)) for f in schema], plain(schema.metadata))

        def digest(table, *by):
            table = table.cast(ordered(table.schema))
            table = table.sort_by([(c, "ascending") for c in by]) if by else table
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(pa.Table.from_batches(table.combine_chunks().to_batches(), table.schema))
            return hashlib.sha256(sink.getvalue()).hexdigest()[:16]

        ds = CatalogClient(sys.argv[1]).get_dataset(sys.argv[2])
        print("segments", ds.segment_ids(), digest(ds.segment_table().to_arrow_table(), "rerun_segment_id"))
        manifest = ds.manifest().to_arrow_table()
        print("manifest", manifest.num_rows, digest(manifest, "rerun_segment_id", "rerun_layer_name"))
        print("schema", hashlib.sha256(ordered(ds.schema().to_arrow()).serialize()).hexdigest()[:16])
        rows = ds.reader(index="real_time").to_arrow_table()
        print("reader", rows.num_rows, digest(rows, "rerun_segment_id", "real_time"))
        for sid in sorted(ds.segment_ids()):
            print("store", sid, sorted((c.entity_path, c.num_rows) for c in ds.segment_store(sid).stream().to_chunks()))
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pin_and_a_moment_are_byte_for_byte_what_they_were_whatever_is_registered_and_also_after_a_restart()
    {
        string before, after;
        var data = _folder.Path("data");
        await using (var host = await StrataHost.StartAsync(data))
        {
            RerunSdk.Python();
            var dataset = await host.CreateAsync("robots");
            await host.RegisterAsync("robots", OnDuplicate.Error, "base", File("a1", JointRecording.Base("a", 0.01)), File("b1", JointRecording.Base("b", 0.02)));
            await host.SettledAsync(dataset);
            var at = await host.Ports.Store.HeadAsync(TestContext.Current.CancellationToken);
            at.ShouldBeLessThan(100, "the name below is written out");
            var pin = await host.Ports.Registrar.PinDatasetAsync(new(dataset, at, "robots v1", new EventSource("cli", "ada")), TestContext.Current.CancellationToken);
            await host.Ports.ReadModels.WaitForAsync(pin.Position, TestContext.Current.CancellationToken);
            before = await ShowAsync(host, "robots");
            before.ShouldContain("'a', 'b'");
            (await ShowAsync(host, "robots v1")).ShouldBe(before);

            // New content with another schema, a replaced layer, one that is taken away, one more segment.
            await host.RegisterAsync("robots", OnDuplicate.Replace, "base", File("a2", JointRecording.Base("a", 0.9)));
            await host.SettledAsync(dataset);
            await host.UnregisterAsync(dataset, ["b"], []);
            await host.RegisterAsync("robots", OnDuplicate.Error, "base", File("c1", JointRecording.Base("c", 0.03)));
            await host.RegisterAsync("robots", OnDuplicate.Error, "notes", File("n1", TestSupport.Recordings.Numbers("c", "/notes")));
            await host.SettledAsync(dataset);
            after = await ShowAsync(host, "robots");
            after.ShouldContain("'c'");
            await AllAsOf(host, at, before, after);
        }

        // The client's files are gone: what is shown are the copies.
        Directory.Delete(_folder.Path("files"), recursive: true);
        await using (var again = await StrataHost.StartAsync(data))
        {
            var at = (await again.Ports.ReadModels.Entries.PinsAsync(null, TestContext.Current.CancellationToken)).Single().AtPosition;
            await AllAsOf(again, at, before, after);
        }
    }

    [Fact]
    public async Task The_client_lists_renames_and_deletes_a_pin_and_cannot_change_it()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(File("a", JointRecording.Base("a", 0.01)));
        var at = await host.Ports.Store.HeadAsync(TestContext.Current.CancellationToken);
        await host.Ports.Registrar.PinDatasetAsync(new(dataset.Id, at, "v1", new EventSource("cli", "ada")), TestContext.Current.CancellationToken);
        await host.CaughtUpAsync();

        var printed = await RerunSdk.PythonAsync(
            """
            import sys
            from rerun.catalog import CatalogClient
            client = CatalogClient(sys.argv[1])
            print(client.dataset_names())
            pin, moment = client.get_dataset("v1"), client.get_dataset(f"robots[{sys.argv[3]}]")
            print(moment.name, client.get_dataset(id=moment.id).segment_ids(), moment.blueprint_dataset().segment_ids())
            def tried(what):
                try:
                    what()
                    return "done"
                except Exception as e:
                    return "FailedPrecondition" if "FailedPrecondition" in str(e) and "never changed" in str(e) else f"{type(e).__name__}: {e}"
            for ds in (pin, moment):
                print(tried(lambda: ds.register([sys.argv[2]])), tried(lambda: ds.unregister(segments_to_drop=["a"], layers_to_drop=[])))
            print(tried(lambda: moment.set_name("x")), tried(lambda: moment.delete()))
            pin.set_name("v2")
            print(client.dataset_names())
            client.get_dataset("v2").delete()
            print(client.dataset_names())
            """,
            $"rerun+{host.Url}",
            new Uri(File("b", JointRecording.Base("b", 0.01))).AbsoluteUri,
            $"{at}");

        printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(
        [
            "['robots', 'v1']", $"robots[{at}] ['a'] []",
            "FailedPrecondition FailedPrecondition", "FailedPrecondition FailedPrecondition", "FailedPrecondition FailedPrecondition",
            "['robots', 'v2']", "['robots']",
        ]);
    }

    private static async Task AllAsOf(StrataHost host, long at, string before, string after)
    {
        (await ShowAsync(host, "robots v1")).ShouldBe(before);
        (await ShowAsync(host, $"robots[{at}]")).ShouldBe(before);
        (await ShowAsync(host, "robots")).ShouldBe(after);
        (await ShowAsync(host, $"robots[{await host.Ports.Store.HeadAsync(TestContext.Current.CancellationToken)}]")).ShouldBe(after);
    }

    private static Task<string> ShowAsync(StrataHost host, string name) => RerunSdk.PythonAsync(Show, $"rerun+{host.Url}", name);

    private string File(string name, byte[] content) => _folder.Write($"files/{name}.rrd", content);
}
