using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Rrd;

namespace Strata.Cli;

internal sealed class DeriverCheckCommand : StrataCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Deriver by name" };
    private readonly Argument<string> _recording = new("RECORDING") { Description = "An .rrd file with one recording" };
    private readonly Option<string> _parameters = new("--parameters") { Description = "As a rule would have them", HelpName = "JSON", DefaultValueFactory = _ => "{}" };
    private readonly Option<string> _layer = new("--input") { Description = "As which layer the recording stands", HelpName = "LAYER", DefaultValueFactory = _ => HowToRules.BaseLayer };
    private readonly Option<string?> _output = new("--output") { Description = "Layer that would be registered [default: the deriver's name]", HelpName = "LAYER" };
    private readonly Option<string?> _save = new("--save") { Description = "Where to put the file that would be registered", HelpName = "FILE" };

    public DeriverCheckCommand(CommandParts parts)
        : base(parts, "check", "Run a deriver once on a recording, check its answer, and show what would be registered; nothing is", "deriver check gaps samples/sample_5/recordings/pick_01_base.rrd")
    {
        Arguments.Add(_name);
        Arguments.Add(_recording);
        Options.Add(_parameters);
        Options.Add(_layer);
        Options.Add(_output);
        Options.Add(_save);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Value(_name);
        var jobs = Directory.CreateTempSubdirectory("strata-check-").FullName;
        try
        {
            await using var queues = OutsideDeriverSettings.QueuesOf(context.Settings);
            var registry = OutsideDerivers.Registry(
                ProgramDerivers.All, OutsideDeriverSettings.FolderOf(context.Data, context.Settings), OutsideDeriverSettings.Options(jobs) with { Queues = queues });
            var result = await RunAsync(context, registry, name, cancellationToken);
            var check = DeriverCheck.Of(name, context.Value(_output) ?? name, result);
            if (context.Value(_save) is { } file && !result.Rrd.IsEmpty)
            {
                await File.WriteAllBytesAsync(file, result.Rrd, cancellationToken);
            }

            await WriteAsync(context, check, cancellationToken);
            return result.Provenance is null && result.Outcome == DeriverCheck.Failed ? ExitCodes.Failed : ExitCodes.Done;
        }
        finally
        {
            Directory.Delete(jobs, recursive: true);
        }
    }

    private async Task<DeriverTrialResult> RunAsync(CommandContext context, DeriverRegistry registry, string name, CancellationToken cancellationToken)
    {
        try
        {
            using var file = FileBytes.Open(Path.GetFullPath(context.Value(_recording)));
            return await DeriverTrial.RunAsync(
                registry, name, CanonicalJson.Parse(context.Value(_parameters)!), file, context.Value(_layer)!, context.Value(_output) ?? name, cancellationToken);
        }
        catch (JsonException e)
        {
            throw new UsageException($"--parameters: expected a JSON object, found '{context.Value(_parameters)}': {e.Message}", """--parameters '{"joints":"0..6"}'""");
        }
        catch (RrdFormatException e)
        {
            throw new Web.OperationException(Web.OperationErrors.Invalid, $"{context.Value(_recording)}: {e.Message}", null);
        }
    }

    private static async Task WriteAsync(CommandContext context, DeriverCheck check, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, check, CliJson.Default.DeriverCheck, cancellationToken);
            return;
        }

        await context.Terminal.Out.WriteLineAsync(check.Reason is null
            ? string.Create(CultureInfo.InvariantCulture, $"{check.Outcome}: layer '{check.Layer}' of segment '{check.Segment}' would be registered, {Cells.Bytes(check.SizeBytes)}, made in {check.Seconds:0.000} s")
            : $"{check.Outcome} ({check.Reason}): {check.Detail}");
        if (check.Entities.Count > 0)
        {
            TableOutput.Write(context.Terminal, ["entity", "rows"], check.Entities.Select(e => new[] { e.Entity, e.Rows.ToString("N0", CultureInfo.InvariantCulture) }));
        }
    }
}

/// <summary>What <c>--json</c> prints of a check.</summary>
internal sealed record DeriverCheck(
    string Deriver, int? Version, string Outcome, string? Reason, string? Detail, string Segment, string Layer, long SizeBytes, IReadOnlyList<CheckedEntity> Entities, long RowsUsed, IReadOnlyDictionary<string, long> RowsDropped, double Seconds)
{
    public const string Failed = "failed";

    public static DeriverCheck Of(string deriver, string layer, DeriverTrialResult result) => new(
        deriver,
        result.Provenance?.DeriverVersion,
        result.Outcome,
        result.Reason,
        result.Detail,
        result.Segment,
        layer,
        result.Rrd.Length,
        [.. result.Entities.Select(e => new CheckedEntity(e.Entity, e.Rows))],
        result.Provenance?.RowsUsed ?? 0,
        (result.Provenance?.RowsDropped ?? []).ToDictionary(d => d.Reason, d => d.Count),
        result.Took.TotalSeconds);
}

internal sealed record CheckedEntity(string Entity, long Rows);
