using System.CommandLine;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What <c>./demo</c> runs: a server in this process, the sample episodes, and what becomes of them.</summary>
internal sealed class DemoCommand : StrataCommand
{
    private readonly Option<string> _samples = new("--samples") { Description = "Folder of recordings", DefaultValueFactory = _ => "samples/sample_5", HelpName = "DIR" };
    private readonly Option<bool> _keep = new("--keep") { Description = "Leave the server running until Ctrl-C, and show how to go on with the Viewer and Python" };

    private readonly Option<bool> _fleet = new("--fleet") { Description = "Twenty simulated robots instead of the sample episodes" };

    public DemoCommand(CommandParts parts)
        : base(parts, "demo", "Register the sample episodes and show what appears", "demo --data demo-data --samples samples/sample_5")
    {
        Options.Add(_samples);
        Options.Add(_keep);
        Options.Add(_fleet);
    }

    protected override bool AnswersInJson => false;

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await ServeAsync(context, cancellationToken);
        }
        catch (OperationException e) when (e.Code == OperationErrors.Conflict && RunningServer.Read(context.Data) is { } running)
        {
            using var operations = new HttpOperations(context.Data, running);
            var page = new DemoPage(context.Terminal, context.Data.Path);
            if (context.Value(_fleet))
            {
                await new FleetDemo(operations, page, context).RunAsync(running.Url, cancellationToken);
                return ExitCodes.Done;
            }

            var visit = new DemoVisit(operations, page, context.Data, context.Value(_samples)!);
            return await visit.RunAsync(running.Url, cancellationToken) ? ExitCodes.Done : ExitCodes.Failed;
        }
    }

    private async Task<int> ServeAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var server = await StartAsync(context, cancellationToken);
        await server.BecomeReadyAsync(ServeOptions.Default, NoProgress.Instance, cancellationToken);
        var keep = context.Value(_keep);
        var done = await ShowAsync(context, server, keep, cancellationToken);
        if (done && keep)
        {
            await context.Terminal.Error.WriteLineAsync($"still serving at {server.Url}; Ctrl-C stops it");
            await server.WaitForShutdownAsync(cancellationToken);
        }

        return done ? ExitCodes.Done : ExitCodes.Failed;
    }

    private async Task<bool> ShowAsync(CommandContext context, StrataServer server, bool keep, CancellationToken cancellationToken)
    {
        var page = new DemoPage(context.Terminal, context.Data.Path);
        if (context.Value(_fleet))
        {
            await ActivatorUtilities.CreateInstance<FleetDemo>(server.Services, page, context).RunAsync(server.Url, cancellationToken);
            return true;
        }

        return await ActivatorUtilities.CreateInstance<DemoRun>(server.Services, page).RunAsync(context.Value(_samples)!, server.Url, keep, cancellationToken);
    }

    /// <summary>A taken port is no trouble for a demo: it takes a free one, and says so where robots would be looked for at the other.</summary>
    private async Task<StrataServer> StartAsync(CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await StrataServer.StartAsync(context.Data, ServeOptions.Default, context.Settings, LogLevel.Warning, cancellationToken);
        }
        catch (OperationException e) when (e.Code == OperationErrors.PortTaken)
        {
            if (context.Value(_fleet) && await OtherServer.WordsAsync(new($"http://{ServeOptions.DefaultListen}"), context.Data.Path, cancellationToken) is { } words)
            {
                await context.Terminal.Error.WriteLineAsync(words.AsMemory(), cancellationToken);
            }

            var anyPort = ServeOptions.Default with { Listen = new IPEndPoint(IPAddress.Loopback, 0) };
            return await StrataServer.StartAsync(context.Data, anyPort, context.Settings, LogLevel.Warning, cancellationToken);
        }
    }
}
