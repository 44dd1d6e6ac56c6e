using System.CommandLine;
using System.Globalization;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class BackfillListCommand : StrataCommand
{
    private readonly Argument<string?> _dataset = new("DATASET") { Description = "Dataset by name [default: all]", Arity = ArgumentArity.ZeroOrOne };

    public BackfillListCommand(CommandParts parts)
        : base(parts, "list", "Back-fills, and how far each is", "backfill list my_robot") => Arguments.Add(_dataset);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var list = await context.RunAsync(Roles.Reader, ListBackfillsOperation.Route, new ListBackfillsRequest(context.Value(_dataset)), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, list.Backfills, ApiJson.Default.IReadOnlyListBackfillLine, cancellationToken);
        }
        else if (list.Backfills.Count == 0)
        {
            await EmptyAnswer.WriteAsync(context, "there is no back-fill", "backfill DATASET RULE --dry-run", cancellationToken);
        }
        else
        {
            TableOutput.Write(
                context.Terminal,
                ["id", "dataset", "rule", "revision", "state", "derived", "skipped", "failed", "remaining", "per second", "time left"],
                list.Backfills.Select(b => new[]
                {
                    b.Id, b.Dataset, b.Rule, $"{b.Revision}", b.State, BackfillText.Number(b.Derived), BackfillText.Number(b.Skipped), BackfillText.Number(b.Failed), BackfillText.Number(b.Remaining),
                    b.PerSecond is { } speed ? speed.ToString("N0", CultureInfo.InvariantCulture) : "", b.SecondsLeft is { } left ? Cells.Duration(TimeSpan.FromSeconds(left)) : "",
                }));
        }

        return ExitCodes.Done;
    }
}

internal sealed class BackfillShowCommand : StrataCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "Back-fill by its id, or a beginning of it" };
    private readonly Option<bool> _wait = new("--wait") { Description = "Wait until it is over" };

    public BackfillShowCommand(CommandParts parts)
        : base(parts, "show", "One back-fill, and how far it is", "backfill show 4f2a9c07d1e3 --wait")
    {
        Arguments.Add(_id);
        Options.Add(_wait);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var wait = context.Value(_wait);
        var line = await context.RunAsync(wait ? Roles.Worker : Roles.Reader, ShowBackfillOperation.Route, new ShowBackfillRequest(context.Value(_id), wait), cancellationToken);
        var code = await BackfillText.AnswerAsync(context, line, cancellationToken);
        return wait ? code : ExitCodes.Done;
    }
}

internal sealed class BackfillSteerCommand : StrataCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "Back-fill by its id, or a beginning of it" };

    public BackfillSteerCommand(CommandParts parts, string step, string description)
        : base(parts, step, description, $"backfill {step} 4f2a9c07d1e3") => Arguments.Add(_id);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var access = await context.OpenAsync(Name == "resume" ? Roles.Worker : Roles.Registrar | Roles.Projections, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        var line = await access.Operations.RunAsync(SteerBackfillOperation.Route, new SteerBackfillRequest(context.Value(_id), Name, Wait: access.InProcess), progress, cancellationToken);
        progress.Dispose();
        await BackfillText.AnswerAsync(context, line, cancellationToken);
        return ExitCodes.Done;
    }
}

internal static class BackfillText
{
    public static async Task<int> AnswerAsync(CommandContext context, BackfillLine line, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, line, ApiJson.Default.BackfillLine, cancellationToken);
        }
        else
        {
            await WriteAsync(context, line);
        }

        return ExitCode(line);
    }

    /// <summary>Who waited for all of it and did not get it is told so by the exit code; what could not be derived is told by `strata why`.</summary>
    public static int ExitCode(BackfillLine? line) => line is { State: "cancelled" } ? ExitCodes.Failed : ExitCodes.Done;

    public static async Task WriteAsync(CommandContext context, BackfillLine line)
    {
        await context.Terminal.Out.WriteLineAsync(
            $"back-fill {line.Id} of rule '{line.Rule}' revision {line.Revision} in dataset '{line.Dataset}' {State(line)}: "
            + $"{Number(line.Admitted)} of {Number(line.Segments)} admitted, {Number(line.Derived)} derived, {Number(line.Skipped)} skipped, {Number(line.Failed)} failed, {Number(line.Remaining)} remaining{Speed(line)}");
        if (line.State == "running")
        {
            await context.Terminal.Out.WriteLineAsync($"it goes on where workers run; strata {context.DataOption}backfill show {line.Id} --wait");
        }

        if (line.Failed > 0)
        {
            await context.Terminal.Out.WriteLineAsync($"what failed is told by: strata {context.DataOption}why {ShellWord.Of(line.Dataset)} SEGMENT");
        }
    }

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string State(BackfillLine line) => line.State switch
    {
        "running" => "goes on",
        "finished" => $"is finished after {Cells.Duration(TimeSpan.FromTicks((line.ChangedAtNs - line.StartedAtNs) / TimeSpan.NanosecondsPerTick))}",
        "cancelled" => $"was cancelled ({line.Reason})",
        var state => $"is {state}",
    };

    private static string Speed(BackfillLine line) => line is { PerSecond: { } speed, SecondsLeft: { } left }
        ? string.Create(CultureInfo.InvariantCulture, $"; {speed:N1} a second, {Cells.Duration(TimeSpan.FromSeconds(left))} left")
        : "";
}
