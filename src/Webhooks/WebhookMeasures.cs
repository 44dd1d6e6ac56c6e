using System.Diagnostics.Metrics;
using Strata.Contracts;

namespace Strata.Webhooks;

/// <summary>The meter <c>Strata.Webhooks</c>. Names and units: docs/operations.md §Metrics.</summary>
internal static class WebhookMeasures
{
    public const string MeterName = "Strata.Webhooks";

    public const string Delivered = "delivered";
    public const string Failed = "failed";
    public const string GivenUp = "given_up";

    private static readonly Meter Meter = new(MeterName, StrataVersion.Current);

    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("strata.webhooks.deliveries", "{message}", "Deliveries to webhooks, by hook and outcome: delivered, failed (tried again), given_up");

    public static void Count(string hook, string outcome) => Deliveries.Add(1, new("hook", hook), new("outcome", outcome));
}
