using Strata.Web;

namespace Strata.Cli;

internal sealed class DoctorCommand(CommandParts parts)
    : StrataCommand(parts, "doctor", "Look at database, broker, store, clocks, versions and what waits for somebody; exit code 1 when something is wrong", "doctor --json")
{
    private const int StatusWidth = 8;
    private const int NameWidth = 12;

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var lines = await DoctorRounds.RunAsync(Checks(context), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, lines, DoctorJson.Default.IReadOnlyListDoctorLine, cancellationToken);
        }
        else
        {
            foreach (var line in lines)
            {
                await WriteAsync(context.Terminal, line);
            }
        }

        return lines.Any(l => l.Status == DoctorLine.IsProblem) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static IEnumerable<IDoctorCheck> Checks(CommandContext context)
    {
        var (data, settings) = (context.Data, context.Settings);
        var server = IsHeld(data) ? RunningServer.Read(data) : null;
        yield return new VersionCheck(server);
        yield return new SettingsCheck(settings);
        yield return new StoreCheck(data, settings, server);
        yield return new DatabaseCheck(data, settings.EventStoreConnection);
        yield return new OwnerCheck(data, settings, server);
        yield return new BrokerCheck(settings.RabbitMq, settings.BusPrefix, server is not null);
        yield return new ServerCheck(data, server, settings.Configuration["Strata:Listen"] ?? ServeOptions.DefaultListen);
        yield return new CatalogCheck(data, settings);
    }

    /// <summary>What a server left that was killed tells of nobody.</summary>
    private static bool IsHeld(DataDirectory data)
    {
        if (!data.Exists)
        {
            return false;
        }

        try
        {
            using var taken = DataDirectoryLock.TryTake(data);
            return taken is null;
        }
        catch (OperationException)
        {
            // It cannot be written, which the check of the store tells.
            return false;
        }
    }

    private static async Task WriteAsync(Terminal terminal, DoctorLine line)
    {
        await terminal.Out.WriteLineAsync($"{line.Status,-StatusWidth} {line.Name,-NameWidth} {line.Words}");
        if (line.Next is { } next)
        {
            await terminal.Out.WriteLineAsync($"{"",-StatusWidth} {"",-NameWidth} next: {next}");
        }
    }
}
