using System.CommandLine;
using Strata.Publishing;

namespace Strata.Cli;

internal sealed class WatchCommand : StrataCommand
{
    private const string UsualQuiet = "10s";
    private const string UsualRescan = "30s";

    private readonly RobotOptions _robot = new();
    private readonly Argument<string> _folder = new("DIR") { Description = "Folder that recordings are written to; folders in it too" };
    private readonly Option<string> _dataset = new("--dataset", "-d") { Description = "Dataset by name", Required = true, HelpName = "NAME" };
    private readonly Option<string> _layer = new("--layer") { Description = "Layer of the segments", DefaultValueFactory = _ => "base", HelpName = "NAME" };
    private readonly Option<string> _quiet = new("--quiet") { Description = "A file without an end marker that did not grow for so long is published as cut", DefaultValueFactory = _ => UsualQuiet, HelpName = "TIME" };
    private readonly Option<string> _rescan = new("--rescan") { Description = "How often all files are looked at, beside what the system tells", DefaultValueFactory = _ => UsualRescan, HelpName = "TIME" };
    private readonly Option<bool> _inPlace = new("--in-place") { Description = "Make no copy in the spool: the files stay where they are, unchanged, until they are done" };
    private readonly Option<bool> _convert = new("--convert") { Description = "Publish .mcap files, too, as rerun mcap convert makes recordings of them" };
    private readonly Option<string> _rerun = new("--rerun") { Description = "The program rerun, for --convert", DefaultValueFactory = _ => McapConverter.UsualProgram, HelpName = "PATH" };

    public WatchCommand(CommandParts parts)
        : base(parts, "watch", "Publish each recording that appears in a folder, by itself, when it is finished", "watch /data/recordings --dataset my_robot --robot arm_7")
    {
        Arguments.Add(_folder);
        foreach (var option in (Option[])[_dataset, _robot.Robot, _layer, .. _robot.OfSending, _robot.Spool, _quiet, _rescan, _inPlace, _convert, _rerun])
        {
            Options.Add(option);
        }
    }

    protected override bool AnswersInJson => false;

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (robot, dataset, layer) = (_robot.RobotOf(context), context.Value(_dataset)!, context.Value(_layer)!);
        RobotOptions.CheckNames(robot, dataset, layer);
        var addresses = _robot.AddressesOf(context);
        var log = new WatchLog(context.Terminal);
        using var spool = _robot.OpenSpool(context);
        var options = new FolderWatchOptions(
            context.Value(_folder), robot, dataset, layer, context.Value(_inPlace) ? HoldMode.InPlace : HoldMode.Copy,
            RobotOptions.Time("--quiet", context.Value(_quiet)!), RobotOptions.Time("--rescan", context.Value(_rescan)!), await ConverterAsync(context, log, cancellationToken));

        SpoolSender? sender = null;
        var watch = new FolderWatch(options, spool, TimeProvider.System, news =>
        {
            log.Report(news);
            Volatile.Read(ref sender)?.Wake();
        });
        log.Say($"watching {Path.GetFullPath(options.Folder)} for robot '{robot}' and dataset '{dataset}'; {Cells.Count(spool.Backlog(robot).Recordings, "recording")} wait in the spool {spool.Folder}");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running =
        [
            Task.Run(() => watch.RunAsync(ending.Token), CancellationToken.None),
            new SpoolSending(spool, addresses).RunAsync(robot, log, () => false, () => PatientSending.TellElsewhere(context, robot), started => Volatile.Write(ref sender, started), ending.Token),
        ];
        try
        {
            await await Task.WhenAny(running);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Say($"stopped; {Cells.Count(spool.Backlog(robot).Recordings, "recording")} wait in the spool");
            return ExitCodes.Done;
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(running).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return ExitCodes.Failed;
    }

    private async Task<McapConverter?> ConverterAsync(CommandContext context, WatchLog log, CancellationToken cancellationToken)
    {
        if (!context.Value(_convert))
        {
            return null;
        }

        var converter = new McapConverter(context.Value(_rerun)!);
        if (await converter.IsInstalledAsync(cancellationToken))
        {
            return converter;
        }

        log.Say($"--convert: {converter.Program} is not installed here, so .mcap files are left alone; pip install rerun-sdk, or name it: --rerun PATH");
        return null;
    }
}
