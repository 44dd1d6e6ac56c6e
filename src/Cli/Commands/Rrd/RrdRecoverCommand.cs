using System.CommandLine;
using Strata.Rrd.Editing;

namespace Strata.Cli;

internal sealed class RrdRecoverCommand : StrataCommand
{
    private readonly Argument<string?> _file = new("FILE") { Description = "A damaged recording; standard input when it is not named, or -", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _output = RrdOutput.Option();

    public RrdRecoverCommand(CommandParts parts)
        : base(parts, "recover", "All whole chunks of a cut or damaged recording, with a fresh footer, and what was lost", "rrd recover crashed.rrd -o saved.rrd")
    {
        Arguments.Add(_file);
        Options.Add(_output);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var file = await RrdFile.OpenAsync(context.Value(_file), cancellationToken);
        var output = context.Value(_output);
        RrdOutput.Require(context, output, [new FoundRecording(file.Shown, file.FullPath, "")]);
        RecoveryReport report;
        using (var progress = new ProgressBar(context.Terminal))
        {
            var options = new EditingOptions { BytesRead = new RrdProgress(progress, "recovering", file.Bytes.Length) };
            try
            {
                report = await RrdOutput.WriteAsync(output, stream => RecordingRecovery.RunAsync(file.Shown, file.Bytes, stream, options, cancellationToken), cancellationToken);
            }
            catch (RecordingInputException e)
            {
                throw RrdFaults.Of(e.Input, e.Fault);
            }
        }

        var editing = RrdEditSummary.Of(output, [RecordingInput.Of(file.Shown, file.Bytes)], report.Editing);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, new RrdRecoverySummary(editing, report.LostBytes, report.Lost), CliJson.Default.RrdRecoverySummary, cancellationToken);
            return ExitCodes.Done;
        }

        foreach (var lost in report.Lost)
        {
            await context.Terminal.Error.WriteLineAsync($"{file.Shown}: at byte {lost.Offset:N0}: lost {lost.Length:N0} bytes: {lost.Reason}");
        }

        await RrdEditOutput.WriteAsync(context, [editing], cancellationToken);
        await context.Terminal.Error.WriteLineAsync(report.LostBytes == 0 ? "nothing was lost" : $"{Cells.Count(report.LostBytes, "byte")} lost of {Cells.Count(file.Bytes.Length, "byte")}");
        return ExitCodes.Done;
    }
}

/// <summary>What <c>strata rrd recover --json</c> prints.</summary>
internal sealed record RrdRecoverySummary(RrdEditSummary Written, long LostBytes, IReadOnlyList<LostRange> Lost);
