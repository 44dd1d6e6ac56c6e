using System.Text.Json.Serialization;

namespace Strata.Webhooks;

/// <summary>How far a hook has got. Operational state: losing it makes the hook begin at the end of the log.</summary>
/// <param name="Position">Everything up to here was delivered, given up, or is nothing for this hook.</param>
/// <param name="FailingSinceNs">Since when its receiver has refused; null while it does not.</param>
/// <param name="ToldSilent">Per robot the last sign of life whose end was told.</param>
public sealed record WebhookState(
    long Position,
    long Delivered,
    long GivenUp,
    long? LastDeliveredAtNs,
    long? FailingSinceNs,
    string? LastError,
    IReadOnlyDictionary<string, long> ToldSilent)
{
    public static WebhookState At(long position) => new(position, 0, 0, null, null, null, new Dictionary<string, long>());
}

/// <summary>Where a hook's state is kept.</summary>
public interface IWebhookStates
{
    /// <returns>Null for a hook that is new.</returns>
    /// <exception cref="InvalidDataException">What is kept is not what was written.</exception>
    Task<WebhookState?> ReadAsync(string hook, CancellationToken cancellationToken);

    /// <summary>Durable when it ends.</summary>
    Task WriteAsync(string hook, WebhookState state, CancellationToken cancellationToken);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(WebhookState))]
internal sealed partial class WebhookStateJson : JsonSerializerContext;
