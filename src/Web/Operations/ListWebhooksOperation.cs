namespace Strata.Web;

public sealed record ListWebhooksRequest;

public sealed record ListWebhooksResponse(IReadOnlyList<WebhookLine> Webhooks);

/// <summary>What <c>strata webhooks list --json</c> prints for each.</summary>
/// <param name="Url">Without what may be a password.</param>
/// <param name="State"><c>new, delivering, failing</c>.</param>
/// <param name="Position">Up to where in the log everything was delivered, given up, or is nothing for this hook; null for a new one.</param>
/// <param name="GivenUp">Messages whose receiver refused them for too long.</param>
/// <param name="FailingSinceNs">UTC nanoseconds; null while its receiver takes what it gets.</param>
public sealed record WebhookLine(
    string Name, string Url, IReadOnlyList<string> On, string State, long? Position, long Head, long Delivered, long GivenUp, long? LastDeliveredAtNs, long? FailingSinceNs, string? LastError);

/// <summary>The host knows the hooks; REST and the command line ask.</summary>
public interface IWebhookList
{
    Task<IReadOnlyList<WebhookLine>> ReadAsync(CancellationToken cancellationToken);
}

public sealed class ListWebhooksOperation(IWebhookList webhooks) : IOperation<ListWebhooksRequest, ListWebhooksResponse>
{
    public static OperationRoute<ListWebhooksRequest, ListWebhooksResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/webhooks", "The webhooks, and how far each has got", ApiJson.Default.ListWebhooksRequest, ApiJson.Default.ListWebhooksResponse);

    public async Task<ListWebhooksResponse> RunAsync(ListWebhooksRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        new(await webhooks.ReadAsync(cancellationToken));
}
