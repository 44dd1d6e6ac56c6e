using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class WhyCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _segment = new("SEGMENT") { Description = "Segment by id" };
    private readonly Argument<string?> _layer = new("LAYER") { Description = "Only this layer", Arity = ArgumentArity.ZeroOrOne };

    public WhyCommand(CommandParts parts)
        : base(parts, "why", "Why a layer is there, or is not", "why my_robot episode_7 quality")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_segment);
        Arguments.Add(_layer);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new WhyRequest(context.Value(_dataset), context.Value(_segment), context.Value(_layer));
        var why = await context.RunAsync(Roles.Reader, WhyOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, why.Layers, ApiJson.Default.IReadOnlyListWhyStory, cancellationToken);
            return ExitCodes.Done;
        }

        foreach (var story in why.Layers)
        {
            foreach (var sentence in story.Story)
            {
                await context.Terminal.Out.WriteLineAsync(sentence.AsMemory(), cancellationToken);
            }

            await context.Terminal.Out.WriteLineAsync();
        }

        return ExitCodes.Done;
    }
}
