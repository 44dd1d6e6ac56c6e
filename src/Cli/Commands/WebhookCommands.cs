using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

internal sealed class WebhookListCommand(CommandParts parts) : StrataCommand(parts, "list", "The webhooks of the settings, how far each has got, and what its receiver said last", "webhooks list --json")
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var list = await context.RunAsync(Roles.None, ListWebhooksOperation.Route, new ListWebhooksRequest(), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, list.Webhooks, ApiJson.Default.IReadOnlyListWebhookLine, cancellationToken);
        }
        else if (list.Webhooks.Count == 0)
        {
            await context.Terminal.Error.WriteLineAsync("there are no webhooks in the settings of who answered; next: set Strata__Webhooks__0__Url and …__Secret where the server runs, of many processes at those with the role relay and at the one with the role web that is asked (docs/operations.md §Webhooks has an example)");
        }
        else
        {
            TableOutput.Write(
                context.Terminal,
                ["name", "to", "on", "state", "position", "behind", "delivered", "given up", "last error"],
                list.Webhooks.Select(h => new[]
                {
                    h.Name, h.Url, string.Join(',', h.On), h.State, Number(h.Position), Number(h.Position is { } at ? Math.Max(0, h.Head - at) : null), Number(h.Delivered), Number(h.GivenUp), h.LastError ?? "",
                }));
        }

        return ExitCodes.Done;
    }

    private static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";
}
