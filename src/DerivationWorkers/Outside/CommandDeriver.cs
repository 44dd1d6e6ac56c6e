using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>An outside deriver that is a command: a job on its stdin and in a file, an answer in a file. Source: docs/your-own-deriver.md.</summary>
public sealed class CommandDeriver(OutsideDefinition definition, OutsideOptions options) : OutsideDeriver(definition, options)
{
    /// <summary>EX_TEMPFAIL of sysexits.h: try again later.</summary>
    private const int ExitTryAgain = 75;

    private const int SignalBase = 128;
    private const long BytesPerMebibyte = 1 << 20;

    public override string? WhyNotHere() => Definition.Assemblies is { } assemblies
        ? Directory.Exists(assemblies) ? null : $"{Definition.File}: assemblies: expected a folder of built assemblies, found none at {assemblies}"
        : OutsidePrograms.Find(Definition) is null ? $"{Definition.File}: command: expected a program, found none called {Definition.Command[0]}; install it, or give its whole path" : null;

    private protected override async Task<Derivation> AskAsync(OutsideRequest request, CancellationToken cancellationToken)
    {
        using var folder = JobFolder.Create(Options.JobsFolder);
        var inputs = new List<OutsideJobInput>(request.Files.Length);
        for (var k = 0; k < request.Files.Length; k++)
        {
            inputs.Add(await InputAsync(request, k, folder, shared: null, cancellationToken).ConfigureAwait(false));
        }

        var job = JobOf(request.Request, folder, inputs);
        await File.WriteAllBytesAsync(folder.Job, job, cancellationToken).ConfigureAwait(false);
        var end = await new OutsideProcess(folder, Definition.Limits).RunAsync(Command(), Environment(folder), job, cancellationToken).ConfigureAwait(false);
        RefuseEnd(end);
        var reply = ReplyOf(end);
        if (reply.Skipped is { } why)
        {
            return Skipped(why, reply);
        }

        try
        {
            var answer = await OutsideAnswer.ReadAsync(folder.Answer, "a reason to skip on stdout", request.Request, Definition, cancellationToken).ConfigureAwait(false);
            return OutsideLayer.Write(request.Request, Definition, reply, answer);
        }
        catch (AnswerRefusedException refused)
        {
            throw Refused(refused, After(end));
        }
    }

    private IReadOnlyList<string> Command() => Definition.Assemblies is { } assemblies
        ? [.. Options.HostProgram, assemblies, Name]
        : [OutsidePrograms.Find(Definition)!, .. Definition.Command.Skip(1)];

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
        if (Definition.Assemblies is not null && System.Environment.GetEnvironmentVariable(OutsidePrograms.DotnetRoot) is { Length: > 0 } root)
        {
            environment[OutsidePrograms.DotnetRoot] = root;
        }

        foreach (var (name, value) in Definition.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }

    private void RefuseEnd(ProcessEnd end)
    {
        var limits = Definition.Limits;
        var fault = end switch
        {
            { Exceeded: ExceededLimit.Time } => Fault(FailureReasons.DeriverTimeout, FormattableString.Invariant($"it was ended after {limits.Time.TotalSeconds:0.###} s without an answer; make it faster, or raise limits.timeSeconds"), After(end)),
            { Exceeded: ExceededLimit.Memory } => Fault(
                FailureReasons.DeriverMemory, FormattableString.Invariant($"it was ended when its processes held {end.PeakBytes / BytesPerMebibyte} MiB, more than {limits.MemoryBytes / BytesPerMebibyte}; make it read less at once, or raise limits.memoryBytes"), After(end)),
            { Exceeded: ExceededLimit.AnswerSize } => Fault(FailureReasons.DeriverAnswer, $"it wrote more than {limits.AnswerBytes} bytes; write less, or raise limits.answerBytes", After(end)),
            { ExitCode: ExitTryAgain } => Fault(FailureReasons.DeriverFailed, $"it asks to be tried again later (exit code {ExitTryAgain})", After(end)).ThatWillPass(),
            { ExitCode: > SignalBase } => Fault(FailureReasons.DeriverFailed, $"a signal ended it (number {end.ExitCode - SignalBase})", After(end)),
            { ExitCode: not 0 } => Fault(FailureReasons.DeriverFailed, $"expected exit code 0, found {end.ExitCode}", After(end)),
            { OutputIsCut: true } => Fault(FailureReasons.DeriverAnswer, "it wrote too much to stdout, which is for one JSON object; write what it logs to stderr", After(end)),
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
            throw Fault(FailureReasons.DeriverAnswer, refused.Message, After(end));
        }
    }

    private static string After(ProcessEnd end) => end.ErrorTail.Length == 0 ? ". It wrote nothing to stderr." : $". The end of its stderr: {end.ErrorTail}";
}
