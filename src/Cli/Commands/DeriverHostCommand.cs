using System.CommandLine;
using System.Text.Json;
using Strata.DerivationWorkers;
using Strata.Deriving;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The other side of the protocol, for derivers in C#: a process of its own for each job.</summary>
internal sealed class DeriverHostCommand : StrataCommand
{
    public const string Group = "deriver";
    public const string CommandName = "host";

    private readonly Argument<string> _folder = new("FOLDER") { Description = "Built assemblies, one of them with the deriver" };
    private readonly Argument<string> _name = new("NAME") { Description = "Deriver by name" };

    public DeriverHostCommand(CommandParts parts)
        : base(parts, CommandName, "Run a C# deriver on the job on stdin, as a worker does (docs/your-own-deriver.md)", "deriver host joint_speed/bin/Release/net10.0 joint_speed")
    {
        Arguments.Add(_folder);
        Arguments.Add(_name);
    }

    protected override bool AnswersInJson => false;

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var stdin = Console.OpenStandardInput();
        await using var ownedStdin = stdin;
        var job = await ReadAsync(stdin, cancellationToken);
        var deriver = DeriverAssemblies.Load(Path.GetFullPath(context.Value(_folder)), context.Value(_name));
        if (deriver.Version != job.Version)
        {
            throw new OperationException(
                OperationErrors.Invalid, $"deriver '{deriver.Name}': expected version {job.Version}, as its definition says, found {deriver.Version} in its assembly", "build it, or write that version into its definition");
        }

        // What an author writes to the console is no word of the protocol.
        var console = Console.Out;
        Console.SetOut(Console.Error);
        var output = await DeriveAsync(deriver, job, cancellationToken);
        if (output.Skipped is null)
        {
            await using var file = File.Create(job.AnswerPath);
            await output.WriteAsync(file, job.ApplicationId, job.RecordingId, cancellationToken);
        }

        var reply = output.Skipped is { } why
            ? new OutsideReply(Skipped: why, RowsDropped: output.RowsDropped)
            : new OutsideReply(Outcome: output.NeedsReview ? "review" : null, RowsUsed: output.RowsUsed, RowsDropped: output.RowsDropped);
        await console.WriteLineAsync(JsonSerializer.Serialize(reply, OutsideJson.Default.OutsideReply));
        await console.FlushAsync(cancellationToken);
        return ExitCodes.Done;
    }

    private static async Task<LayerOutput> DeriveAsync(SegmentDeriver deriver, OutsideJob job, CancellationToken cancellationToken)
    {
        var input = await SegmentInput.ReadAsync([.. job.Inputs.Select(i => i.Path!)], job.RecordingId, job.OutputLayer, job.Parameters, deriver.Reads, cancellationToken);
        var output = new LayerOutput(job.OutputLayer);
        try
        {
            deriver.Derive(input, output);
        }
#pragma warning disable CA1031 // Somebody else's code may fail in any way: where it did, its author wants to see.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(fault.ToString());
            throw new OperationException(OperationErrors.Invalid, $"deriver '{deriver.Name}': {fault.GetType().Name}: {fault.Message}", null);
        }

        return output;
    }

    private static async Task<OutsideJob> ReadAsync(Stream stdin, CancellationToken cancellationToken)
    {
        try
        {
            var job = await JsonSerializer.DeserializeAsync(stdin, OutsideJson.Default.OutsideJob, cancellationToken) ?? throw new JsonException("expected an object, found null");
            return job.Protocol == OutsideJob.CurrentProtocol
                ? job
                : throw new UsageException($"stdin: expected a job of protocol {OutsideJob.CurrentProtocol}, found {job.Protocol}", "strata deriver check NAME RECORDING");
        }
        catch (JsonException e)
        {
            throw new UsageException($"stdin: expected a job as JSON, found something else: {e.Message}", "strata deriver check NAME RECORDING");
        }
    }
}
