using Strata.Rrd.Tests;

namespace Strata.Catalog.Tests.Connect;

/// <summary>The real Python client, over its own transport.</summary>
public sealed class PythonClientTests
{
    [Fact]
    public async Task The_real_client_connects_and_asks_for_the_version()
    {
        await using var host = await CatalogHost.StartAsync();

        var printed = await RerunSdk.PythonAsync(
            """
            import sys
            from rerun.catalog import CatalogClient
            print(CatalogClient(sys.argv[1]).version_info())
            """,
            $"rerun+{host.Url}");

        printed.Trim().ShouldBe("VersionInfo(version='strata 1.2.3', cloud_provider=None, cloud_region=None, features=['per_segment_index_values'])");
    }

    [Fact]
    public async Task The_real_client_measures_its_bandwidth_and_is_told_what_is_not_there_yet()
    {
        await using var host = await CatalogHost.StartAsync();

        var printed = await RerunSdk.PythonAsync(
            """
            import sys
            from rerun.catalog import CatalogClient
            client = CatalogClient(sys.argv[1])
            print(client.benchmark() is not None)
            try:
                client.do_global_maintenance()
            except RuntimeError as e:
                print(str(e).splitlines()[0])
            print(client.version_info().version)
            """,
            $"rerun+{host.Url}");

        printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(["True", "do_global_maintenance not implemented: there is nothing to maintain: tables are folded from the log, and `strata rebuild` makes them anew (Unimplemented)", "strata 1.2.3"]);
        host.Log.Lines.ShouldBeEmpty();
    }
}
