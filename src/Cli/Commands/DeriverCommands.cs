using Strata.Web;

namespace Strata.Cli;

internal sealed class DeriverListCommand(CommandParts parts) : StrataCommand(parts, "list", "The derivers there are: built in, and your own", "deriver list")
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var queues = OutsideDeriverSettings.QueuesOf(context.Settings);

        // Without data there is no server to ask, and what this program has is what there is.
        var list = context.Data.Exists
            ? await context.RunAsync(Roles.None, ListDeriversOperation.Route, new ListDeriversRequest(), cancellationToken)
            : new(new DeriverListings(OutsideDeriverSettings.Registry(context.Data, context.Settings, queues)).List());
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, list.Derivers, ApiJson.Default.IReadOnlyListDeriverListing, cancellationToken);
            return ExitCodes.Done;
        }

        TableOutput.Write(
            context.Terminal,
            ["deriver", "version", "from", "what it tells", "parameters"],
            list.Derivers.Select(d => new[] { d.Name, $"{d.Version}", d.From, d.Problem is { } problem ? $"not to be had: {problem}" : d.Description ?? "", d.Parameters is { } names ? string.Join(", ", names) : "any" }));
        return ExitCodes.Done;
    }
}
