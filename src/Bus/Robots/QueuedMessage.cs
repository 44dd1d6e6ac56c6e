using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>A message as it was taken from its queue, still to be acknowledged.</summary>
internal sealed record QueuedMessage(ulong Tag, ReadOnlyMemory<byte> Body, IReadOnlyBasicProperties Properties)
{
    /// <summary>How often it was given back before: it may be the one that kills its reader.</summary>
    public long Deliveries { get; } = Properties.Headers is { } headers && headers.TryGetValue("x-delivery-count", out var count) && count is IConvertible
        ? Convert.ToInt64(count, CultureInfo.InvariantCulture)
        : 0;

    /// <summary>W3C's trace context of whoever sent it; null: they traced nothing.</summary>
    public string? TraceParent => Header(Properties, StrataTracing.TraceParent);

    public string? ForwardedFor => Header(Properties, LaidAside.ForwardedFor);

    public static string? Header(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is { } headers && headers.TryGetValue(name, out var value) ? value switch { byte[] text => Encoding.UTF8.GetString(text), null => null, _ => Convert.ToString(value, CultureInfo.InvariantCulture) } : null;
}
