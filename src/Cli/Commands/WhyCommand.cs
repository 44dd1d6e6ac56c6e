using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class WhyCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _segment = new("SEGMENT") { Description = "Segment by id" };
    private readonly Argument<string?> _layer = new("LAYER") { Description = "Only this layer", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string?> _asOf = AsOfOption.Create();
    private readonly Option<bool> _inputs = new("--inputs") { Description = "Also what each layer was made from, by what, and what was made from it" };

    public WhyCommand(CommandParts parts)
        : base(parts, "why", "Why a layer is there, or is not", "why my_robot episode_7 quality")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_segment);
        Arguments.Add(_layer);
        Options.Add(_inputs);
        Options.Add(_asOf);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new WhyRequest(context.Value(_dataset), context.Value(_segment), context.Value(_layer), context.Value(_inputs), context.Value(_asOf));
        var why = await context.RunAsync(Roles.Reader, WhyOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, why.Layers, ApiJson.Default.IReadOnlyListWhyLine, cancellationToken);
            return ExitCodes.Done;
        }

        foreach (var sentence in why.Sentences)
        {
            await context.Terminal.Out.WriteLineAsync(sentence.AsMemory(), cancellationToken);
        }

        foreach (var line in why.Layers.SelectMany(l => l.Lineage ?? []).Distinct())
        {
            var made = line.Deriver is null ? "given" : $"{line.Deriver} {line.DeriverVersion}, rule revision {line.Revision}, {(line.Parameters is { } parameters ? ReadableJson.Of(parameters) : "{}")}";
            await context.Terminal.Out.WriteLineAsync($"  {new string(' ', 2 * line.Depth)}{line.Direction,-9} {line.Layer} {line.Fingerprint[..12]} at {line.Position}: {made}".AsMemory(), cancellationToken);
        }

        return ExitCodes.Done;
    }
}
