using Strata.EventStore;
using Strata.Web;
using Strata.Webhooks;

namespace Strata.Cli;

/// <summary>The hooks of the settings with what is kept of each.</summary>
internal sealed class WebhookList(IReadOnlyList<Webhook> hooks, ILeasedStates states, IEventStore events) : IWebhookList
{
    public async Task<IReadOnlyList<WebhookLine>> ReadAsync(CancellationToken cancellationToken)
    {
        var head = hooks.Count == 0 ? 0 : (await events.EndAsync(cancellationToken)).Head;
        var lines = new List<WebhookLine>();
        foreach (var hook in hooks)
        {
            try
            {
                lines.Add(LineOf(hook, await WebhookState.ReadAsync(states, hook.Name, cancellationToken), head));
            }
            catch (InvalidDataException e)
            {
                lines.Add(LineOf(hook, null, head) with { State = "failing", LastError = e.Message });
            }
        }

        return lines;
    }

    private static WebhookLine LineOf(Webhook hook, WebhookState? state, long head) => new(
        hook.Name,
        hook.Url.GetLeftPart(UriPartial.Authority).Replace(hook.Url.UserInfo + "@", "", StringComparison.Ordinal),
        [.. hook.Topics.Order(StringComparer.Ordinal)],
        state is null ? "new" : state.FailingSinceNs is null ? "delivering" : "failing",
        state?.Position,
        head,
        state?.Delivered ?? 0,
        state?.GivenUp ?? 0,
        state?.LastDeliveredAtNs,
        state?.FailingSinceNs,
        state?.LastError);
}

/// <summary>Somebody relies on being told.</summary>
internal sealed class WebhookHealth(IWebhookList list) : IPartHealth
{
    public string Name => "webhooks";

    public async Task<PartFinding> LookAsync(CancellationToken cancellationToken) =>
        (await list.ReadAsync(cancellationToken)).Where(h => h.State == "failing").ToList() is [var first, ..] failing
            ? PartFinding.Degraded($"{Cells.Count(failing.Count, "webhook")} cannot be delivered to, first {first.Name}: {first.LastError}", "see whether its receiver runs; 'strata webhooks list' shows each")
            : PartFinding.Ok;
}
