using System.CommandLine;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strata.Web;

namespace Strata.Cli;

internal sealed class ServeCommand : StrataCommand
{
    private readonly Option<string?> _listen = new("--listen") { Description = $"Address and port; port 0 takes a free one [default: {ServeOptions.DefaultListen}]", HelpName = "ADDRESS:PORT" };
    private readonly Option<string?> _roles = new("--roles") { Description = $"What this process does [default: {RoleNames.All}]", HelpName = "ROLE,…" };
    private readonly Option<string[]> _datasets = new("--dataset") { Description = "Register these recordings before serving; may be given again", HelpName = "NAME=PATH,…" };
    private readonly Option<string> _rules = ChoiceOption.Of("--default-rules", "Rules of datasets that this line creates", RuleSets.HowTo, RuleSets.None);

    private readonly Option<bool> _requireTokens = new("--require-tokens") { Description = "Ask every caller for a token, those of this machine too (behind a proxy)" };
    private readonly Option<bool> _insecure = new("--insecure-no-auth") { Description = "Ask nobody for a token: whoever reaches the port may do everything" };

    public ServeCommand(CommandParts parts)
        : base(parts, "serve", "Serve the catalog until Ctrl-C", "serve --data ./strata-data --dataset my_robot=recordings/")
    {
        Options.Add(_listen);
        Options.Add(_roles);
        Options.Add(_datasets);
        Options.Add(_rules);
        Options.Add(_requireTokens);
        Options.Add(_insecure);
    }

    protected override bool AnswersInJson => false;

    /// <summary>Whoever ends it while it starts, or waits for its database, has asked for that: it has not failed.</summary>
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = Read(context);
        try
        {
            return await ServeAsync(context, options, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await context.Terminal.Error.WriteLineAsync("stopped");
            return ExitCodes.Done;
        }
    }

    private static async Task<int> ServeAsync(CommandContext context, ServeOptions options, CancellationToken cancellationToken)
    {
        await using var server = await StrataServer.StartAsync(context.Data, options, context.Settings, LogLevel.Information, cancellationToken);
        var served = await BecomeReadyAsync(server, options, context.Terminal, cancellationToken);
        foreach (var line in served.SelectMany(dataset => dataset.Lines()).Concat(Advice(options, server.Url)))
        {
            await SayAsync(context, server, line);
        }

        await SayAsync(context, server, $"strata {ProgramVersion.Text} serves {context.Data.Path} at {server.Url}; Ctrl-C stops it");
        await server.WaitForShutdownAsync(cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            await SayAsync(context, server, "stopping …");
            return ExitCodes.Done;
        }

        throw new OperationException(OperationErrors.Internal, "a part of the server has failed and it stopped", "the log above says why");
    }

    /// <summary>To a person, or to whoever reads nothing but JSON.</summary>
    private static async Task SayAsync(CommandContext context, StrataServer server, string line)
    {
        if (context.Settings.LogsAreJson)
        {
            server.Services.GetRequiredService<ILogger<StrataServer>>().LogInformation("{Line}", line);
        }
        else
        {
            await context.Terminal.Error.WriteLineAsync(line);
        }
    }

    private static async Task<IReadOnlyList<ServedDataset>> BecomeReadyAsync(StrataServer server, ServeOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        using var progress = new ProgressBar(terminal);
        return await server.BecomeReadyAsync(options, progress, cancellationToken);
    }

    private ServeOptions Read(CommandContext context)
    {
        var settings = context.Settings.Configuration;
        var listen = context.Value(_listen) ?? settings["Strata:Listen"] ?? ServeOptions.DefaultListen;
        if (!IPEndPoint.TryParse(listen.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out var endpoint))
        {
            throw new UsageException($"--listen: expected ADDRESS:PORT, found '{listen}'", $"--listen {ServeOptions.DefaultListen}");
        }

        var (roles, refusal) = RoleNames.Parse(context.Value(_roles) ?? settings["Strata:Roles"] ?? RoleNames.All);
        if (refusal is not null)
        {
            throw new UsageException(refusal, null);
        }

        var datasets = (context.Value(_datasets) ?? []).Select(text =>
            DatasetPaths.Parse(text) ?? throw new UsageException($"--dataset: expected NAME=PATH[,PATH…], found '{text}'", null));
        return new(endpoint, roles, [.. datasets], context.Value(_rules)!) { Tokens = ReadTokenUse(context) };
    }

    private TokenUse ReadTokenUse(CommandContext context)
    {
        var (required, insecure) = (context.Value(_requireTokens) || context.Settings.RequireTokens, context.Value(_insecure));
        return (required, insecure) switch
        {
            (true, true) => throw new UsageException("--require-tokens and --insecure-no-auth contradict each other", null),
            (true, _) => TokenUse.Always,
            (_, true) => TokenUse.Never,
            _ => TokenUse.ElsewhereThanLoopback,
        };
    }

    private static IEnumerable<string> Advice(ServeOptions options, string url)
    {
        var isLocal = IPAddress.IsLoopback(options.Listen.Address);
        if (options.RequiresToken)
        {
            yield return "callers need a token: 'strata token create --help'";
            if (!isLocal && url.StartsWith("http:", StringComparison.Ordinal))
            {
                yield return "warning: tokens travel unencrypted; name a certificate in Strata__Tls__Certificate, or put a proxy with TLS in front";
            }
        }
        else if (!isLocal)
        {
            yield return $"warning: whoever reaches {options.Listen} may read and change everything (--insecure-no-auth)";
        }
    }
}
