using Strata.Rrd.Tests;

namespace Strata.Catalog.Tests.Entries;

/// <summary>Entries by the real Python client.</summary>
public sealed class PythonEntriesTests
{
    [Fact]
    public async Task The_real_client_creates_renames_lists_and_deletes_datasets()
    {
        await using var host = await CatalogHost.StartAsync();

        var printed = await RerunSdk.PythonAsync(
            """
            import sys
            from rerun.catalog import AlreadyExistsError, CatalogClient, NotFoundError
            client = CatalogClient(sys.argv[1])
            arm = client.create_dataset("arm")
            try:
                client.create_dataset("arm")
            except AlreadyExistsError as e:
                print("Entry name 'arm' already exists" in str(e))
            print(client.create_dataset("arm", exist_ok=True).id == arm.id)
            print(client.dataset_names(), len(client.dataset_names(include_hidden=True)))
            before = arm.updated_at
            arm.set_name("hand")
            print(client.dataset_names(), client.get_dataset("hand").id == arm.id, client.get_dataset(id=arm.id).updated_at > before)
            try:
                client.get_dataset("arm")
            except LookupError as e:
                print("LookupError")
            print([(e.name, str(e.kind)) for e in client.entries()])
            print(sorted(e.name.split("_1")[0].split("_0")[0] for e in client.entries(include_hidden=True)))
            print(client.get_table("__entries").reader().count())
            print(arm.blueprint_dataset().name == f"__bp_{arm.id}")
            arm.delete()
            print(client.dataset_names(include_hidden=True))
            try:
                client.get_dataset(id=arm.id)
            except NotFoundError as e:
                print(f"Entry id '{arm.id}' not found" in str(e))
            """,
            $"rerun+{host.Url}");

        printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(
        [
            "True", "True", "['arm'] 3", "['hand'] True True", "LookupError", "[('hand', 'EntryKind.DATASET')]", "['__as', '__bp', '__entries', 'hand']", "4", "True", "[]", "True",
        ]);
        host.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_sees_after_a_restart_what_it_saw_before()
    {
        var folder = Directory.CreateTempSubdirectory("strata-restart-");
        try
        {
            string before;
            await using (var host = await CatalogHost.StartAsync(folder: folder.FullName))
            {
                await RerunSdk.PythonAsync("import sys; from rerun.catalog import CatalogClient; CatalogClient(sys.argv[1]).create_dataset('arm').set_name('hand')", $"rerun+{host.Url}");
                before = await ListAsync(host);
                before.ShouldContain("hand");
            }

            await using var again = await CatalogHost.StartAsync(folder: folder.FullName);
            (await ListAsync(again)).ShouldBe(before);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<string> ListAsync(CatalogHost host) => RerunSdk.PythonAsync(
        """
        import sys
        from rerun.catalog import CatalogClient
        for e in CatalogClient(sys.argv[1]).entries(include_hidden=True):
            print(e.id, e.name, e.kind, e.created_at, e.updated_at)
        """,
        $"rerun+{host.Url}");
}
