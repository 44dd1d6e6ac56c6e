using Strata.Cli;
using Strata.Contracts;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>Every golden recording, each in a dataset of its own and without rules, as Rerun's server had them.</summary>
public sealed class GoldenCatalog : IAsyncLifetime
{
    private StrataInProcess? _strata;

    internal StrataInProcess Strata => _strata!;

    public async ValueTask InitializeAsync()
    {
        _strata = await StrataInProcess.StartAsync(Roles.Registrar | Roles.Projections);
        foreach (var recording in GoldenRecording.All.Where(r => r.Name != GoldenRecording.WithoutAnything))
        {
            var answer = await _strata.RegisterAsync(recording.Dataset, [recording.Path], wait: false, rules: RuleSets.None);
            answer.Recordings.ShouldAllBe(r => r.Status == "registered", recording.Name);
        }
    }

    internal async Task<DatasetId> FindAsync(string dataset) => (await Strata.ReadModels.Entries.FindAsync(dataset, TestContext.Current.CancellationToken))!.Dataset;

    public ValueTask DisposeAsync() => _strata is null ? ValueTask.CompletedTask : _strata.DisposeAsync();
}
