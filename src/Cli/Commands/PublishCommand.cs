using System.CommandLine;
using Strata.Contracts;
using Strata.Publishing;
using Strata.Web;

namespace Strata.Cli;

internal sealed class PublishCommand : StrataCommand
{
    private const string UsualTryFor = "1m";

    private readonly RobotOptions _robot = new();
    private readonly Argument<string[]> _paths = new("PATH|URL") { Description = "Recordings (.rrd), folders or globs; with --reference URLs, too", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _dataset = new("--dataset", "-d") { Description = "Dataset by name", Required = true, HelpName = "NAME" };
    private readonly Option<string> _layer = new("--layer") { Description = "Layer of the segments", DefaultValueFactory = _ => "base", HelpName = "NAME" };
    private readonly Option<bool> _waitAnswer = new("--wait-answer") { Description = "Return when the server has answered: accepted, known or quarantined" };
    private readonly Option<bool> _inPlace = new("--in-place") { Description = "Make no copy in the spool: the files stay where they are, unchanged, until they are done" };
    private readonly Option<bool> _reference = new("--reference") { Description = "Upload nothing: the server opens the path or URL itself" };
    private readonly Option<string?> _segment = new("--segment") { Description = "Recording id that has to be found in the file", HelpName = "ID" };
    private readonly Option<string?> _replaces = new("--replaces") { Description = "Fingerprint of the layer that this recording replaces", HelpName = "SHA256" };
    private readonly Option<string> _tryFor = new("--try-for") { Description = "Leave the rest in the spool when nothing has moved for so long", DefaultValueFactory = _ => UsualTryFor, HelpName = "TIME" };

    public PublishCommand(CommandParts parts)
        : base(parts, "publish", "Send recordings from a robot, exactly once in effect, over a spool that survives whatever happens", "publish my_recordings/ --dataset my_robot --robot arm_7 --wait-answer")
    {
        Arguments.Add(_paths);
        foreach (var option in (Option[])[_dataset, _robot.Robot, _layer, .. _robot.OfSending, _robot.Spool, _waitAnswer, _inPlace, _reference, _segment, _replaces, _tryFor])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (robot, dataset, layer) = (_robot.RobotOf(context), context.Value(_dataset)!, context.Value(_layer)!);
        RobotOptions.CheckNames(robot, dataset, layer);
        var (addresses, tryFor) = (_robot.AddressesOf(context), RobotOptions.Time("--try-for", context.Value(_tryFor)!));
        var template = new NewRecording(robot, dataset, layer, null, null)
        {
            SegmentId = context.Value(_segment),
            Replaces = context.Value(_replaces) is { } fingerprint ? Fingerprint(fingerprint) : null,
            Hold = context.Value(_inPlace) ? HoldMode.InPlace : HoldMode.Copy,
        };
        using var spool = _robot.OpenSpool(context);
        var (added, refused) = await SpoolAsync(context, spool, template, cancellationToken);
        if (added.Count > 0)
        {
            await SendAsync(context, spool, robot, addresses, tryFor, [.. added.Keys], cancellationToken);
        }

        IReadOnlyList<SpoolLine> lines = [.. added.Select(a => spool.Find(a.Key) is { } now ? SpoolLine.Of(now, a.Value) : null).OfType<SpoolLine>(), .. refused];
        await SpoolOutput.WriteAsync(context, lines, cancellationToken);
        await SpoolOutput.SummarizeAsync(context, lines, _robot.SpoolOption(context));
        if (context.Value(_waitAnswer) && UnheardAnswers.OfDone(lines, _robot.SpoolOption(context)) is { } unheard)
        {
            await context.Terminal.Error.WriteLineAsync(unheard.AsMemory(), cancellationToken);
        }

        return lines.Any(l => l.IsBad || !IsOut(l.State, l.Outcome, context.Value(_waitAnswer))) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private async Task<(Dictionary<long, string> Added, List<SpoolLine> Refused)> SpoolAsync(CommandContext context, RobotSpool spool, NewRecording template, CancellationToken cancellationToken)
    {
        var (added, refused) = (new Dictionary<long, string>(), new List<SpoolLine>());
        void Refuse(string shown, string reason) => refused.Add(SpoolLine.OfRefused(shown, template.Robot, template.Dataset, template.Layer, reason));
        var sources = Sources(context, template, Refuse);
        using var progress = new ProgressBar(context.Terminal);
        foreach (var (index, (shown, recording)) in sources.Index())
        {
            progress.Report(new OperationProgress("spooling", index, sources.Count));
            try
            {
                added[await AddAsync(spool, recording, context.Value(_waitAnswer), cancellationToken)] = shown;
            }
            catch (PublishingException e)
            {
                Refuse(shown, $"{e.Message}; {e.Next}");
            }
        }

        return (added, refused);
    }

    private static async Task<long> AddAsync(RobotSpool spool, NewRecording recording, bool waitsForAnswer, CancellationToken cancellationToken)
    {
        var (added, isNew) = await spool.AddAsync(recording, cancellationToken);
        if (!isNew && waitsForAnswer && added is { State: SpoolStates.Published, Reason: not null })
        {
            // Its answer went by unheard: the same message again is given the same answer.
            spool.Retry(added);
        }

        return added.Id;
    }

    private List<(string Shown, NewRecording Recording)> Sources(CommandContext context, NewRecording template, Action<string, string> refuse)
    {
        var isReference = context.Value(_reference);
        var urls = isReference ? context.Value(_paths).Where(p => p.Contains("://", StringComparison.Ordinal) && !p.StartsWith("file:", StringComparison.Ordinal)).ToList() : [];
        var expansion = RecordingPaths.Expand([.. context.Value(_paths).Except(urls)], Environment.CurrentDirectory);
        foreach (var refusal in expansion.Refused)
        {
            refuse(refusal.Shown, refusal.Reason);
        }

        var links = new FolderLinks(context.Value(_paths), Environment.CurrentDirectory);
        var skipped = expansion.Found.Where(f => links.Hide(f.FullPath)).ToHashSet();
        foreach (var link in skipped.Select(s => s.Shown).Concat(links.ToFolders()))
        {
            context.Terminal.Error.WriteLine($"{link}: {WatchLog.SkippedLink}");
        }

        if (skipped.Count > 0 && skipped.Count == expansion.Found.Count && urls.Count == 0)
        {
            refuse(string.Join(' ', context.Value(_paths)), "no recordings but symbolic links");
        }

        return
        [
            .. expansion.Found.Where(f => !skipped.Contains(f)).Select(f => (f.Shown, template with { Path = f.FullPath, StorageUrl = isReference ? f.Url : null })),
            .. urls.Select(url => (url, template with { StorageUrl = url })),
        ];
    }

    private async Task SendAsync(
        CommandContext context, RobotSpool spool, string robot, RobotAddresses addresses, TimeSpan tryFor, IReadOnlyList<long> ours, CancellationToken cancellationToken)
    {
        var waitsForAnswers = context.Value(_waitAnswer);
        using var patience = new SendingPatience(context.Terminal, tryFor, ours.Sum(id => spool.Find(id) is { State: SpoolStates.Spooled } r ? r.SizeBytes ?? 0 : 0), waitsForAnswers, cancellationToken);
        await PatientSending.RunAsync(
            context,
            patience,
            () => new SpoolSending(spool, addresses) { NeedsAnswers = waitsForAnswers }.RunAsync(
                robot, patience, () => ours.All(id => spool.Find(id) is not { } r || IsSettled(r, waitsForAnswers && patience.AnswersRefused is null)), () => PatientSending.TellElsewhere(context, robot), _ => { }, patience.Token),
            cancellationToken);
    }

    /// <summary>Waiting longer changes nothing.</summary>
    private static bool IsSettled(SpooledRecording recording, bool mayBeAnswered) =>
        recording is { NeedsPerson: true } or { State: SpoolStates.Done } || (recording.State == SpoolStates.Published && !mayBeAnswered);

    private static bool IsOut(string state, string? outcome, bool isAnswered) => isAnswered ? outcome is not null : state is SpoolStates.Done or SpoolStates.Published;

    private static Sha256Digest Fingerprint(string text)
    {
        try
        {
            return Sha256Digest.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--replaces: {e.Message}", "strata manifest DATASET --json shows the fingerprints");
        }
    }
}
