using System.Text;
using System.Text.Json;
using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>An outside deriver that is a command: a job on its stdin and in a file, an answer in a file. Source: docs/your-own-deriver.md.</summary>
public sealed class CommandDeriver(OutsideDefinition definition, OutsideOptions options) : IOutsideDeriver
{
    /// <summary>EX_TEMPFAIL of sysexits.h: try again later.</summary>
    private const int ExitTryAgain = 75;

    private const int SignalBase = 128;
    private const long BytesPerMebibyte = 1 << 20;

    public string Name => definition.Name;

    public int Version => definition.Version;

    public OutsideDefinition Definition => definition;

    public string? WhyNotHere() => definition.Assemblies is { } assemblies
        ? Directory.Exists(assemblies) ? null : $"{definition.File}: assemblies: expected a folder of built assemblies, found none at {assemblies}"
        : OutsidePrograms.Find(definition) is null ? $"{definition.File}: command: expected a program, found none called {definition.Command[0]}; install it, or give its whole path" : null;

    public string? RefuseParameters(CanonicalJson parameters) => ParameterException.RefusalOf(told => OutsideParameter.Complete(definition.Parameters, told), parameters);

    public SchemaMatch Match(Schema schema, CanonicalJson parameters)
    {
        var found = SchemaColumns.Of(schema).Select(c => c.Column).ToHashSet();
        var missing = definition.Reads.Where(wanted => !found.Contains(wanted)).ToList();
        return missing.Count == 0
            ? SchemaMatch.Yes
            : new($"the deriver '{Name}' reads {string.Join(", ", missing)}, which the recording does not have ({definition.File}: reads)");
    }

    public async Task<Derivation> DeriveAsync(OutsideRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (WhyNotHere() is { } missing)
        {
            throw new OutsideDeriverException(FailureReasons.DeriverMissing, missing);
        }

        using var folder = JobFolder.Create(options.JobsFolder);
        var job = JsonSerializer.SerializeToUtf8Bytes(await JobOfAsync(request, folder, cancellationToken).ConfigureAwait(false), OutsideJson.Default.OutsideJob);
        await File.WriteAllBytesAsync(folder.Job, job, cancellationToken).ConfigureAwait(false);
        var end = await new OutsideProcess(folder, definition.Limits).RunAsync(Command(), Environment(folder), job, cancellationToken).ConfigureAwait(false);
        RefuseEnd(end);
        var reply = ReplyOf(end);
        if (reply.Skipped is { } why)
        {
            return new Derivation.Skipped(SkipReasons.Declined, $"the deriver '{Name}' derives nothing: {why}", OutsideReplies.Dropped(reply));
        }

        try
        {
            var answer = await OutsideAnswer.ReadAsync(folder.Answer, request.Request, definition, cancellationToken).ConfigureAwait(false);
            return OutsideLayer.Write(request.Request, definition, reply, answer);
        }
        catch (AnswerRefusedException refused)
        {
            throw Fault(FailureReasons.DeriverAnswer, $"its answer is refused: {refused.Message}", end);
        }
    }

    private IReadOnlyList<string> Command() => definition.Assemblies is { } assemblies
        ? [.. options.HostProgram, assemblies, Name]
        : [OutsidePrograms.Find(definition)!, .. definition.Command.Skip(1)];

    private async Task<OutsideJob> JobOfAsync(OutsideRequest request, JobFolder folder, CancellationToken cancellationToken)
    {
        var derivation = request.Request;
        var inputs = new List<OutsideJobInput>(derivation.Inputs.Count);
        for (var k = 0; k < derivation.Inputs.Count; k++)
        {
            var path = await folder.CopyAsync(k, request.Files[k], cancellationToken).ConfigureAwait(false);
            var layer = derivation.Inputs[k];
            inputs.Add(new(layer.Layer, path, new Uri(path).AbsoluteUri, layer.Fingerprint.Value, request.Files[k].Length, derivation.Segment, layer.ApplicationId));
        }

        return new(
            OutsideJob.CurrentProtocol,
            Path.GetFileName(folder.Path),
            Name,
            Version,
            derivation.Dataset.Value,
            derivation.Segment,
            derivation.Rule,
            derivation.Revision,
            JsonElement.Parse(OutsideParameter.Complete(definition.Parameters, derivation.Parameters).Text),
            derivation.OutputLayer,
            derivation.Segment,
            Rrd.ApplicationId.Normalise(derivation.Inputs[0].ApplicationId),
            [.. definition.OutputsOf(derivation.OutputLayer).Select(o => o.ToString())],
            inputs,
            folder.Answer,
            new(definition.Limits.Time.TotalSeconds, definition.Limits.MemoryBytes, definition.Limits.AnswerBytes));
    }

    /// <summary>Nothing of this process but where programs are found: its secrets and settings are not a deriver's.</summary>
    private Dictionary<string, string> Environment(JobFolder folder)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = OutsidePrograms.SearchPath,
            ["HOME"] = folder.Scratch,
            ["TMPDIR"] = folder.Scratch,
            ["LANG"] = "C.UTF-8",
            ["STRATA_PROTOCOL"] = FormattableString.Invariant($"{OutsideJob.CurrentProtocol}"),
            [ProcessFamily.FolderVariable] = folder.Path,
            ["STRATA_JOB"] = folder.Job,
            ["STRATA_ANSWER"] = folder.Answer,
        };
        if (definition.Assemblies is not null && System.Environment.GetEnvironmentVariable(OutsidePrograms.DotnetRoot) is { Length: > 0 } root)
        {
            environment[OutsidePrograms.DotnetRoot] = root;
        }

        foreach (var (name, value) in definition.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }

    private void RefuseEnd(ProcessEnd end)
    {
        var limits = definition.Limits;
        var fault = end switch
        {
            { Exceeded: ExceededLimit.Time } => Fault(FailureReasons.DeriverTimeout, FormattableString.Invariant($"it was ended after {limits.Time.TotalSeconds:0.###} s without an answer; make it faster, or raise limits.timeSeconds"), end),
            { Exceeded: ExceededLimit.Memory } => Fault(
                FailureReasons.DeriverMemory, FormattableString.Invariant($"it was ended when its processes held {end.PeakBytes / BytesPerMebibyte} MiB, more than {limits.MemoryBytes / BytesPerMebibyte}; make it read less at once, or raise limits.memoryBytes"), end),
            { Exceeded: ExceededLimit.AnswerSize } => Fault(FailureReasons.DeriverAnswer, $"it wrote more than {limits.AnswerBytes} bytes; write less, or raise limits.answerBytes", end),
            { ExitCode: ExitTryAgain } => new OutsideDeriverException(FailureReasons.DeriverFailed, Words($"it asks to be tried again later (exit code {ExitTryAgain})", end)) { WillPass = true },
            { ExitCode: > SignalBase } => Fault(FailureReasons.DeriverFailed, $"a signal ended it (number {end.ExitCode - SignalBase})", end),
            { ExitCode: not 0 } => Fault(FailureReasons.DeriverFailed, $"expected exit code 0, found {end.ExitCode}", end),
            { OutputIsCut: true } => Fault(FailureReasons.DeriverAnswer, "it wrote too much to stdout, which is for one JSON object; write what it logs to stderr", end),
            _ => null,
        };
        if (fault is not null)
        {
            throw fault;
        }
    }

    private OutsideReply ReplyOf(ProcessEnd end)
    {
        try
        {
            return OutsideReplies.Parse(end.Output);
        }
        catch (AnswerRefusedException refused)
        {
            throw Fault(FailureReasons.DeriverAnswer, refused.Message, end);
        }
    }

    private OutsideDeriverException Fault(string reason, string what, ProcessEnd end) => new(reason, Words(what, end));

    private string Words(string what, ProcessEnd end)
    {
        var words = new StringBuilder($"deriver '{Name}' version {Version}: {what}");
        return words.Append(end.ErrorTail.Length == 0 ? ". It wrote nothing to stderr." : $". The end of its stderr: {end.ErrorTail}").ToString();
    }
}
