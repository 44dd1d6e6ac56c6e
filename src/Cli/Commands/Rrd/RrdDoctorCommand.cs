using System.CommandLine;
using Strata.Rrd;
using Strata.Rrd.Editing;

namespace Strata.Cli;

internal sealed class RrdDoctorCommand : StrataCommand
{
    private readonly Argument<string[]> _files = RrdInputs.Argument();

    public RrdDoctorCommand(CommandParts parts)
        : base(parts, "doctor", "Every rule of the format that a recording breaks, where, and what follows of it; exit code 1 when it is more than a remark", "rrd doctor run_1.rrd --json") => Arguments.Add(_files);

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken) => RrdReports.OfEachAsync(
        context,
        context.Value(_files),
        file => ExamineAsync(file, cancellationToken),
        refused => RrdDoctorReport.Unreadable(refused.Shown, 0, refused.Reason),
        async reports =>
        {
            if (context.Json)
            {
                await JsonOutput.WriteAsync(context.Terminal, reports, CliJson.Default.IReadOnlyListRrdDoctorReport, cancellationToken);
            }
            else
            {
                await PrintAsync(context.Terminal, reports);
            }

            return reports.Any(report => report.Findings.Any(finding => finding.Severity != RrdDoctorFinding.Remark)) ? ExitCodes.Failed : ExitCodes.Done;
        },
        cancellationToken);

    private static async Task<RrdDoctorReport> ExamineAsync(FoundRecording file, CancellationToken cancellationToken)
    {
        try
        {
            using var bytes = FileBytes.Open(file.FullPath);
            return RrdDoctorReport.Of(file.Shown, await RecordingDoctor.ExamineAsync(bytes, cancellationToken));
        }
        catch (RrdFormatException e)
        {
            return RrdDoctorReport.Unreadable(file.Shown, e.Offset, $"expected {e.Expected}, found {e.Found}. {e.WhatToDo}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return RrdDoctorReport.Unreadable(file.Shown, 0, e.Message);
        }
    }

    private static async Task PrintAsync(Terminal terminal, IReadOnlyList<RrdDoctorReport> reports)
    {
        foreach (var report in reports)
        {
            foreach (var finding in report.Findings)
            {
                await terminal.Out.WriteLineAsync($"{report.Path}: at byte {finding.Offset:N0}: {finding.Severity}: [{finding.Rule} {finding.Section}] {finding.Message}");
            }

            await terminal.Out.WriteLineAsync($"{report.Path}: {(report.Findings.Count == 0 ? "sound" : Cells.Count(report.Findings.Count, "finding"))}, {Cells.Count(report.Chunks, "chunk")}");
        }
    }
}

/// <summary>What <c>strata rrd doctor --json</c> prints of one file.</summary>
internal sealed record RrdDoctorReport(string Path, long Chunks, IReadOnlyList<RrdDoctorFinding> Findings)
{
    public static RrdDoctorReport Of(string path, Diagnosis diagnosis) => new(
        path, diagnosis.Chunks, [.. diagnosis.Findings.Select(f => new RrdDoctorFinding(f.Offset, f.Severity.ToString().ToLowerInvariant(), f.Rule, f.Section, f.Message))]);

    public static RrdDoctorReport Unreadable(string path, long offset, string message) => new(path, 0, [new RrdDoctorFinding(offset, RrdDoctorFinding.Error, "header", "§1.1", message)]);
}

/// <param name="Severity"><c>error</c>: Rerun refuses or loses it; <c>warning</c>: it works worse, or not everywhere; <c>remark</c>.</param>
internal sealed record RrdDoctorFinding(long Offset, string Severity, string Rule, string Section, string Message)
{
    public const string Error = "error";
    public const string Remark = "remark";
}
