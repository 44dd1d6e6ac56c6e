using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Strata.Cli;

/// <summary>The whole command line.</summary>
internal sealed class StrataCommandLine : RootCommand
{
    /// <summary>With the settings of the process's environment.</summary>
    public StrataCommandLine(Terminal terminal)
        : this(terminal, new EnvironmentVariablesConfigurationSource())
    {
    }

    public StrataCommandLine(Terminal terminal, IConfigurationSource environment)
        : base("Strata: a catalog for Rerun recordings that derives layers by itself.")
    {
        var globals = new GlobalOptions();
        Options.Add(globals.Data);
        Options.Add(globals.Json);
        Options.Add(globals.Verbose);

        var parts = new CommandParts(globals, terminal, environment);
        Subcommands.Add(new ServeCommand(parts));
        Subcommands.Add(new RegisterCommand(parts));
        Subcommands.Add(Group(
            "dataset",
            "Create, list, pin, retain, rename and delete datasets",
            new DatasetCreateCommand(parts),
            new DatasetListCommand(parts),
            new DatasetSchemaCommand(parts),
            new DatasetPinCommand(parts),
            new DatasetRetainCommand(parts),
            new DatasetRenameCommand(parts),
            new DatasetDeleteCommand(parts)));
        Subcommands.Add(new SegmentsCommand(parts));
        Subcommands.Add(new ManifestCommand(parts));
        Subcommands.Add(new QueryCommand(parts));
        Subcommands.Add(new OpenCommand(parts));
        Subcommands.Add(new WhyCommand(parts));
        Subcommands.Add(new HistoryCommand(parts));
        Subcommands.Add(new LogCommand(parts));
        Subcommands.Add(new BackupCommand(parts));
        Subcommands.Add(new RestoreCommand(parts));
        Subcommands.Add(Group("recordings", "Whose the files of the catalog are", new RecordingsAdoptCommand(parts)));
        Subcommands.Add(new UsageCommand(parts));
        Subcommands.Add(new CollectCommand(parts));
        Subcommands.Add(new UnregisterCommand(parts));
        Subcommands.Add(new TagCommand(parts));
        Subcommands.Add(new PurgeCommand(parts));
        Subcommands.Add(Group(
            "rule",
            "Suggest, test, declare, see and retire rules, and tell them what to do about a segment",
            new RuleSuggestCommand(parts),
            new RuleTestCommand(parts),
            new RuleDeclareCommand(parts),
            new RuleListCommand(parts),
            new RuleShowCommand(parts),
            new RuleRetireCommand(parts),
            new RuleSuppressCommand(parts),
            new RuleResumeCommand(parts),
            new RuleAdoptCommand(parts)));
        Subcommands.Add(new ApplyCommand(parts));
        Subcommands.Add(new DerivationsCommand(parts));
        Subcommands.Add(new BackfillCommand(parts));
        Subcommands.Add(Group("deriver", "Derivers: built in, and your own", new DeriverListCommand(parts), new DeriverCheckCommand(parts), new DeriverNewCommand(parts), new DeriverHostCommand(parts)));
        Subcommands.Add(Group(
            "quarantine",
            "Recordings that could not be registered",
            new QuarantineListCommand(parts),
            new QuarantineShowCommand(parts),
            new QuarantineReleaseCommand(parts),
            new QuarantineDiscardCommand(parts)));
        Subcommands.Add(Group(
            "dead-letter",
            "Messages at the broker that nobody could handle",
            new DeadLetterListCommand(parts),
            new DeadLetterShowCommand(parts),
            new DeadLetterRedriveCommand(parts)));
        Subcommands.Add(new PublishCommand(parts));
        Subcommands.Add(new WatchCommand(parts));
        Subcommands.Add(Group("spool", "A robot's outbox", new SpoolListCommand(parts), new SpoolRetryCommand(parts), new SpoolDropCommand(parts)));
        Subcommands.Add(Group("token", "Rights for people, robots and tools that reach the server from elsewhere", new TokenCreateCommand(parts)));
        Subcommands.Add(new FleetCommand(parts));
        Subcommands.Add(Group("webhooks", "Who is told of what, by HTTP", new WebhookListCommand(parts)));
        Subcommands.Add(new ProjectionsCommand(parts));
        Subcommands.Add(new RebuildCommand(parts));
        Subcommands.Add(new VerifyCommand(parts));
        Subcommands.Add(Group(
            "rrd",
            "Look into .rrd files, and make new ones of them",
            new RrdPrintCommand(parts),
            new RrdStatsCommand(parts),
            new RrdVerifyCommand(parts),
            new RrdCompareCommand(parts),
            new RrdMergeCommand(parts),
            new RrdFilterCommand(parts),
            new RrdOptimizeCommand(parts),
            new RrdMigrateCommand(parts),
            new RrdRouteCommand(parts),
            new RrdSplitCommand(parts),
            new RrdDoctorCommand(parts),
            new RrdRecoverCommand(parts)));
        Subcommands.Add(new DoctorCommand(parts));
        Subcommands.Add(new CompletionCommand(parts));
        Subcommands.Add(new DemoCommand(parts));

        var help = Options.OfType<HelpOption>().Single();
        help.Action = new StrataHelp((HelpAction)help.Action!);
    }

    public IReadOnlyList<string> Examples { get; } = ["register my_recordings/ --dataset my_robot --wait", "segments my_robot", "serve"];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        // A word that begins with @ is what it says: `rule declare --parameters @FILE` reads its file itself.
        var parsed = Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // Help of a command that there is not would be help of the one above it.
        if (parsed.Action is ParseErrorAction || (parsed is { Action: StrataHelp, UnmatchedTokens.Count: > 0 } && parsed.CommandResult.Command.Subcommands.Count > 0))
        {
            await ErrorLine.WriteAsync(terminal, UsageErrors.Of(parsed), UsageErrors.Help(parsed));
            return ExitCodes.Usage;
        }

        var invocation = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            // Signals are the program's own business: a server has to settle its work before it ends.
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    private static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
        {
            group.Subcommands.Add(command);
        }

        return group;
    }
}
