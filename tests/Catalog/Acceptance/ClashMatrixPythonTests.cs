using System.Globalization;
using Strata.DerivationWorkers;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>The matrix of <see cref="ClashMatrixTests"/> with the real Python client.</summary>
public sealed class ClashMatrixPythonTests
{
    [Fact]
    public async Task A_derived_layer_never_stands_in_the_real_clients_way()
    {
        var interpreter = Rrd.Tests.RerunSdk.Python();
        using var folder = new TestFolder();
        await using var host = await StrataHost.StartAsync(folder.Path("data"));
        await using var python = PythonCatalogClient.Start(interpreter, host.Url);
        var matrix = new ClashMatrix(host, folder, (dataset, path, policy) => python.RegisterAsync(
            dataset, path, TrackingErrorDeriver.DeriverName, policy.ToString().ToLower(CultureInfo.InvariantCulture)));

        foreach (var cell in ClashMatrix.Cells)
        {
            var (standing, policy, finishes, expected) = cell.Data;
            await matrix.RunAsync(standing, policy, finishes, expected);
        }
    }
}
