using System.CommandLine;
using Strata.Publishing;

namespace Strata.Cli;

internal sealed class SpoolListCommand : StrataCommand
{
    private readonly RobotOptions _robot = new();
    private readonly Option<bool> _all = new("--all") { Description = "What is done and well, too" };

    public SpoolListCommand(CommandParts parts)
        : base(parts, "list", "What waits in this robot's outbox, and why", "spool list")
    {
        Options.Add(_robot.Spool);
        Options.Add(_all);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var spool = _robot.OpenSpool(context);
        if (spool.ReleaseIfIdle() is { Files: > 0 } left)
        {
            await context.Terminal.Error.WriteLineAsync($"let go of {Cells.Count(left.Files, "file")} ({Cells.Bytes(left.SizeBytes)}) that no recording needs any more: whoever sent or spooled them ended before it could".AsMemory(), cancellationToken);
        }

        var list = spool.List(context.Value(_all));
        if (list.Count == 0 && !context.Json)
        {
            await context.Terminal.Error.WriteLineAsync($"nothing waits in {spool.Folder}; next: strata publish PATH --dataset D --robot R, or strata spool list --all for what is done");
            return ExitCodes.Done;
        }

        await SpoolOutput.WriteAsync(context, [.. list.Select(r => SpoolLine.Of(r, r.Path))], cancellationToken);
        return ExitCodes.Done;
    }
}

/// <summary>The ids that two commands take.</summary>
internal static class SpoolIds
{
    public static Argument<long[]> Argument(ArgumentArity arity, string description) => new("ID") { Description = description, Arity = arity, HelpName = "ID" };

    public static IReadOnlyList<SpooledRecording> Find(RobotSpool spool, IEnumerable<long> ids) =>
        [.. ids.Distinct().Select(id => spool.Find(id) ?? throw new PublishingException($"there is no recording {id} in the spool {spool.Folder}", "strata spool list --all"))];
}

internal sealed class SpoolRetryCommand : StrataCommand
{
    private const string UsualTryFor = "1m";

    private readonly RobotOptions _robot = new();
    private readonly Argument<long[]> _ids = SpoolIds.Argument(ArgumentArity.ZeroOrMore, "As 'strata spool list' shows them; none: all that wait");
    private readonly Option<string> _tryFor = new("--try-for") { Description = "Leave the rest in the spool when nothing has moved for so long", DefaultValueFactory = _ => UsualTryFor, HelpName = "TIME" };

    public SpoolRetryCommand(CommandParts parts)
        : base(parts, "retry", "Try at once what waits, also what waits for a person or lies in quarantine", "spool retry")
    {
        Arguments.Add(_ids);
        foreach (var option in (Option[])[.. _robot.OfSending, _robot.Spool, _tryFor])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (addresses, tryFor) = (_robot.AddressesOf(context), RobotOptions.Time("--try-for", context.Value(_tryFor)!));
        using var spool = _robot.OpenSpool(context);
        var asked = context.Value(_ids) is { Length: > 0 } ids ? SpoolIds.Find(spool, ids) : spool.List(all: false);
        var tried = asked.Where(spool.Retry).ToList();
        if (tried.Count == 0)
        {
            await context.Terminal.Error.WriteLineAsync("nothing is there to be tried; next: strata spool list --all" + _robot.SpoolOption(context));
        }

        foreach (var ofRobot in tried.GroupBy(r => r.Robot))
        {
            using var patience = new SendingPatience(context.Terminal, tryFor, ofRobot.Sum(r => r.SizeBytes ?? 0), waitsForAnswers: false, cancellationToken);
            await PatientSending.RunAsync(
                context,
                patience,
                () => new SpoolSending(spool, addresses).RunAsync(
                    ofRobot.Key, patience, () => ofRobot.All(r => IsOut(spool.Find(r.Id))), () => PatientSending.TellElsewhere(context, ofRobot.Key), _ => { }, patience.Token),
                cancellationToken);
        }

        IReadOnlyList<SpoolLine> lines = [.. tried.Select(r => spool.Find(r.Id)).OfType<SpooledRecording>().Select(r => SpoolLine.Of(r, r.Path))];
        if (lines.Count > 0 || context.Json)
        {
            await SpoolOutput.WriteAsync(context, lines, cancellationToken);
            await SpoolOutput.SummarizeAsync(context, lines, _robot.SpoolOption(context));
        }

        return lines.Any(l => l.IsBad || l.State is SpoolStates.Spooled or SpoolStates.Uploaded) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static bool IsOut(SpooledRecording? recording) => recording is null or { NeedsPerson: true } or { State: SpoolStates.Published or SpoolStates.Done };
}

internal sealed class SpoolDropCommand : StrataCommand
{
    private readonly RobotOptions _robot = new();
    private readonly Argument<long[]> _ids = SpoolIds.Argument(ArgumentArity.ZeroOrMore, "As 'strata spool list' shows them");
    private readonly Option<bool> _done = new("--done") { Description = "Also the history of what is done and well" };

    public SpoolDropCommand(CommandParts parts)
        : base(parts, "drop", "Give recordings up: they are not sent any more, and their room in the spool is free", "spool drop 12 13")
    {
        Arguments.Add(_ids);
        Options.Add(_robot.Spool);
        Options.Add(_done);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (ids, done) = (context.Value(_ids), context.Value(_done));
        if (ids.Length == 0 && !done)
        {
            throw new UsageException("spool drop: missing ID", "strata spool list shows the ids; --done forgets what is done");
        }

        using var spool = _robot.OpenSpool(context);
        var waiting = spool.List(all: false).Select(r => r.Id).ToHashSet();
        IReadOnlyList<SpooledRecording> dropped = [.. SpoolIds.Find(spool, ids), .. done ? spool.List(all: true).Where(r => !waiting.Contains(r.Id) && !ids.Contains(r.Id)) : []];
        foreach (var recording in dropped)
        {
            spool.Drop(recording);
        }

        await spool.ReleaseAsync(cancellationToken);
        if (context.Json)
        {
            await SpoolOutput.WriteAsync(context, [.. dropped.Select(r => SpoolLine.Of(r, r.Path))], cancellationToken);
        }
        else
        {
            await context.Terminal.Error.WriteLineAsync($"{Cells.Count(dropped.Count, "recording")} dropped from {spool.Folder}, {dropped.Count(r => waiting.Contains(r.Id))} of them not done");
        }

        return ExitCodes.Done;
    }
}
