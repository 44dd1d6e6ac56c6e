using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class QuarantineListCommand : StrataCommand
{
    private readonly Option<string?> _dataset = new("--dataset", "-d") { Description = "Only this dataset", HelpName = "NAME" };
    private readonly Option<bool> _all = new("--all") { Description = "Released and discarded ones too" };

    public QuarantineListCommand(CommandParts parts)
        : base(parts, "list", "Recordings that could not be registered, and why", "quarantine list --json")
    {
        Options.Add(_dataset);
        Options.Add(_all);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new ListQuarantineRequest(context.Value(_dataset), context.Value(_all));
        var list = await context.RunAsync(Roles.Reader, ListQuarantineOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, list.Recordings, ApiJson.Default.IReadOnlyListQuarantinedRecording, cancellationToken);
        }
        else if (list.Recordings.Count == 0)
        {
            await context.Terminal.Error.WriteLineAsync("nothing is in quarantine");
        }
        else
        {
            TableOutput.Write(
                context.Terminal,
                ["id", "dataset", "path", "reason", "offset", "state"],
                list.Recordings.Select(r => new[] { QuarantineText.Short(r.Id), r.Dataset, r.Path, r.Reason, r.Offset?.ToString("N0", null) ?? "", r.State }));
        }

        return ExitCodes.Done;
    }
}

internal sealed class QuarantineShowCommand : StrataCommand
{
    private readonly Argument<string> _id = QuarantineText.Id();

    public QuarantineShowCommand(CommandParts parts)
        : base(parts, "show", "One recording in quarantine: what was found, where, and what to do", "quarantine show 3f9a2c") => Arguments.Add(_id);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var one = await context.RunAsync(Roles.Reader, ShowQuarantinedOperation.Route, new ShowQuarantinedRequest(context.Value(_id)), cancellationToken);
        await QuarantineText.PrintAsync(context, one, cancellationToken);
        return ExitCodes.Done;
    }
}

internal sealed class QuarantineReleaseCommand : StrataCommand
{
    private readonly Argument<string> _id = QuarantineText.Id();
    private readonly Option<bool> _recover = new("--recover") { Description = "Register what is whole of a broken file" };

    public QuarantineReleaseCommand(CommandParts parts)
        : base(parts, "release", "Register a quarantined recording again", "quarantine release 3f9a2c --recover")
    {
        Arguments.Add(_id);
        Options.Add(_recover);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var access = await context.OpenAsync(Roles.Worker, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        var request = new ReleaseQuarantinedRequest(context.Value(_id), context.Value(_recover), Wait: access.InProcess);
        var answer = await access.Operations.RunAsync(ReleaseQuarantinedOperation.Route, request, progress, cancellationToken);
        progress.Dispose();
        IReadOnlyList<RegisterLine> lines =
            [.. answer.Recordings.Select(r => RegisterLine.Of(r, r.Path, answer))];
        await RegisterOutput.WriteAsync(context, answer.Dataset, lines, answer, TimeProvider.System.GetElapsedTime(started), cancellationToken);
        return answer is { LagReason: null, StandstillReason: null } ? RegisterOutput.ExitCode(lines) : ExitCodes.Failed;
    }
}

internal sealed class QuarantineDiscardCommand : StrataCommand
{
    private readonly Argument<string> _id = QuarantineText.Id();

    public QuarantineDiscardCommand(CommandParts parts)
        : base(parts, "discard", "Give a quarantined recording up", "quarantine discard 3f9a2c") => Arguments.Add(_id);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new DiscardQuarantinedRequest(context.Value(_id));
        var one = await context.RunAsync(Roles.Registrar | Roles.Projections, DiscardQuarantinedOperation.Route, request, cancellationToken);
        await QuarantineText.PrintAsync(context, one, cancellationToken);
        return ExitCodes.Done;
    }
}

internal static class QuarantineText
{
    private const int ShortDigits = 12;

    public static Argument<string> Id() => new("ID") { Description = "As 'strata quarantine list' shows it, or the beginning of it" };

    public static string Short(string id) => id.Length > ShortDigits ? id[..ShortDigits] : id;

    public static async Task PrintAsync(CommandContext context, QuarantinedRecording one, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, one, ApiJson.Default.QuarantinedRecording, cancellationToken);
            return;
        }

        var output = context.Terminal.Out;
        var place = one.Dataset.Length > 0 ? $", for layer '{one.Layer}' of dataset '{one.Dataset}'" : ", of no dataset";
        await output.WriteLineAsync($"{one.Path}: {one.State}{place} ({Cells.Bytes(one.SizeBytes)}, {Cells.Time(one.RecordedAtNs)})");
        await output.WriteLineAsync($"  {one.Reason}{(one.Offset is { } offset && !one.Detail.StartsWith("At byte", StringComparison.Ordinal) ? $" at byte {offset:N0}" : "")}: {one.Detail}");
        if (one.KeptAs is { } kept)
        {
            await output.WriteLineAsync($"  kept as {kept}");
        }

        if (one.Message is { } message)
        {
            await output.WriteLineAsync($"  the robot's message: {message.ReplaceLineEndings(" ")}");
        }

        if (one.State == "quarantined")
        {
            await output.WriteLineAsync(one is { KeptAs: null, Message: not null }
                ? $"  strata {context.DataOption}quarantine release {Short(one.Id)}             does what the message asks for, once more"
                : $"  strata {context.DataOption}quarantine release {Short(one.Id)} --recover   registers what is whole");
            await output.WriteLineAsync($"  strata {context.DataOption}quarantine discard {Short(one.Id)}             gives it up");
        }
    }
}
