using System.CommandLine;
using Strata.Rrd.Editing;

namespace Strata.Cli;

/// <summary>A command that makes one recording of others.</summary>
internal abstract class RrdEditCommand : StrataCommand
{
    private readonly Argument<string[]> _files = RrdInputs.Argument();
    private readonly Option<bool> _continue = new("--continue-on-error") { Description = "Leave out and report what cannot be read, instead of ending" };

    protected RrdEditCommand(CommandParts parts, string name, string description, string example)
        : base(parts, name, description, example)
    {
        Arguments.Add(_files);
        Options.Add(Output);
        Options.Add(_continue);
    }

    protected Option<string?> Output { get; } = RrdOutput.Option();

    /// <summary>What happens, as a progress bar says it.</summary>
    protected abstract string Stage { get; }

    protected abstract Task<EditingReport> EditAsync(CommandContext context, IReadOnlyList<RecordingInput> inputs, Stream output, EditingOptions options, CancellationToken cancellationToken);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var inputs = RrdInputs.Of(context.Value(_files));
        RrdOutput.Require(context, context.Value(Output), inputs.Files);
        await inputs.RequireAsync(context, context.Value(_continue));
        var summary = await RunAsync(context, inputs, context.Value(Output), cancellationToken);
        await RrdEditOutput.WriteAsync(context, [summary], cancellationToken);
        return ExitCodes.Done;
    }

    /// <summary>Edits with a progress bar, and says what is wrong with an input in the program's words.</summary>
    protected async Task<RrdEditSummary> RunAsync(CommandContext context, RrdInputs inputs, string? output, CancellationToken cancellationToken)
    {
        using var progress = new ProgressBar(context.Terminal);
        var options = new EditingOptions { ContinueOnError = context.Value(_continue), BytesRead = new RrdProgress(progress, Stage, inputs.TotalBytes) };
        try
        {
            var report = await RrdOutput.WriteAsync(output, stream => EditAsync(context, inputs.Inputs, stream, options, cancellationToken), cancellationToken);
            return RrdEditSummary.Of(output, inputs.Inputs, report);
        }
        catch (RecordingInputException e)
        {
            throw RrdFaults.Of(e.Input, e.Fault);
        }
    }
}
