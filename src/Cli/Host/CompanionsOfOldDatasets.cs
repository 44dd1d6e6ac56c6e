using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Cli;

/// <summary>
/// Datasets of a data directory from before there were companions get theirs before the server answers: clients register blueprints and assets in them.
/// Once they have them, a start only looks at names.
/// </summary>
internal sealed class CompanionsOfOldDatasets(IRegistrar registrar, ILogger<CompanionsOfOldDatasets> logger) : IHostedService
{
    private static readonly EventSource Upgrade = new("serve", "upgrade");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await registrar.AddMissingCompanionsAsync(Upgrade, cancellationToken) is > 0 and var count)
        {
            logger.LogInformation("{Count} datasets of an older version got their blueprint and asset datasets", count);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
