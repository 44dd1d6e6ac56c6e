using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>A message as it was taken from its queue, still to be acknowledged. Its headers are its sender's, of whatever type: none of them makes reading fail.</summary>
/// <param name="IsRedelivered">The broker's own word for it, which no sender can write.</param>
internal sealed record QueuedMessage(ulong Tag, ReadOnlyMemory<byte> Body, IReadOnlyBasicProperties Properties, bool IsRedelivered)
{
    private const string DeliveryCount = "x-delivery-count";

    /// <summary>How often it was given back before: it may be the one that kills its reader. The broker writes the header from the second delivery on; before that it is the sender's.</summary>
    public long Deliveries { get; } = IsRedelivered && Properties.Headers is { } headers && headers.TryGetValue(DeliveryCount, out var count)
        ? count switch { long many => many, int many => many, short many => many, sbyte many => many, byte many => many, _ => 0 }
        : 0;

    /// <summary>W3C's trace context of whoever sent it; null: they traced nothing.</summary>
    public string? TraceParent => Header(Properties, StrataTracing.TraceParent);

    public string? ForwardedFor => Header(Properties, LaidAside.ForwardedFor);

    public static string? Header(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is { } headers && headers.TryGetValue(name, out var value) ? value switch { byte[] text => Encoding.UTF8.GetString(text), null => null, _ => Convert.ToString(value, CultureInfo.InvariantCulture) } : null;
}
