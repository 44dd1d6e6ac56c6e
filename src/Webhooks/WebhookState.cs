using System.Text.Json;
using System.Text.Json.Serialization;
using Strata.EventStore;

namespace Strata.Webhooks;

/// <summary>How far a hook has got. Operational state, kept beside the log: losing it makes the hook begin at the end of the log.</summary>
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

    /// <returns>Null for a hook that is new.</returns>
    /// <exception cref="InvalidDataException">What is kept is not what was written.</exception>
    public static async Task<WebhookState?> ReadAsync(ILeasedStates states, string hook, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(states);
        try
        {
            return await states.ReadStateAsync(LeaseName(hook), cancellationToken) is { } text ? JsonSerializer.Deserialize(text, WebhookStateJson.Default.WebhookState) : null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"webhook {hook}: expected its state under the name '{LeaseName(hook)}' beside the log, found other text ({e.Message}); give it another name (…__Name), and it begins at the end of the log");
        }
    }

    /// <summary>Of the one process that tells this hook.</summary>
    internal static string LeaseName(string hook) => $"webhooks/{hook}";

    internal string ToJson() => JsonSerializer.Serialize(this, WebhookStateJson.Default.WebhookState);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebhookState))]
internal sealed partial class WebhookStateJson : JsonSerializerContext;
