using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Strata.Catalog.Tests.Replay;

/// <summary>What may differ between two correct servers. The common part holds for every scenario; a test adds what its own scenario needs, each with its reason.</summary>
internal sealed partial record WireRules
{
    public int DifferencesShown { get; init; } = 8;

    /// <summary>Where the server sees the folder of inputs.</summary>
    public string Inputs { get; init; } = Path.Combine(WireScenario.Root, "inputs");

    /// <summary>An empty folder that stands for the recorded one; null: the recorded place.</summary>
    public string? EmptyFolder { get; init; }

    /// <summary>What calls that were not made by the SDK, and so do not tell it, say of the client's version; null: nothing.</summary>
    public string? Client { get; init; }

    /// <summary>What every call says of the client's version instead of what was recorded; null: what was recorded.</summary>
    public string? Poses { get; init; }

    /// <summary>RPCs or single calls (<c>012-UpdateEntry</c>) that are not sent → why.</summary>
    public IReadOnlyDictionary<string, string> Skipped { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Calls whose answer differs on purpose → why. Their status is compared all the same.</summary>
    public IReadOnlyDictionary<string, string> Different { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Calls whose text differs on purpose → a part of the text that stands there instead.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>True: a call about an entry that no answer told is passed over (companions that a refused create of the recorded server left behind).</summary>
    public bool HasLeftovers { get; init; }

    public FrozenSet<string> VolatileFields { get; init; } = FrozenSet.Create(
        StringComparer.Ordinal,
        "created_at", "updated_at", "build_info", "version", "features", "capabilities", "dataset_url", "sorbet_schema_sha256", "application_id", "expires_at",
        "payload", "revision", "table_url", "value", "upload_token", "http_request", "storage_url", "meta");

    public FrozenSet<string> VolatileColumns { get; init; } = FrozenSet.Create(
        StringComparer.Ordinal,
        "rerun_storage_urls", "rerun_storage_url", "rerun_last_updated_at", "rerun_registration_time", "rerun_schema_sha256", "chunk_key", "rerun_layer_direct_url",
        "rerun_layer_direct_url_expires_at", "creation_time", "last_update_time", "created_at", "updated_at", "id", "rerun_task_id", "task_id");

    public static string WithoutIds(string text) => Ids().Replace(text, "<id>");

    /// <summary>WatchEvents has no end, and what DoBandwidthTest sends is random: both have tests of their own.</summary>
    public bool LeavesOut(WireCall call) => call.Method is "WatchEvents" or "DoBandwidthTest" || Skipped.ContainsKey(call.Method) || Skipped.ContainsKey(call.File);

    public bool IsKnownDifference(WireCall call) => Different.ContainsKey(call.File);

    public bool ToleratesUnknown(WireCall call, string entry) => HasLeftovers && call.Headers.Any(h => h.Value == entry);

    /// <summary>The recorded text must stand in the answer's, without ids, long numbers and places: clients match parts, and ours may say more.</summary>
    public bool IsSameText(WireCall call, string text) => Texts.TryGetValue(call.File, out var part)
        ? text.Contains(part, StringComparison.Ordinal)
        : Plain(text).Contains(Plain(call.Message ?? ""), StringComparison.Ordinal);

    /// <summary>A recorded URL where this server finds the same file.</summary>
    public string Place(WireScenario scenario, string url) =>
        url
            .Replace("/srv/wire/in/", Inputs + "/", StringComparison.Ordinal)
            .Replace("/srv/wire/empty_dir", EmptyFolder ?? "/srv/wire/empty_dir", StringComparison.Ordinal)
            .Replace("/srv/wire/howto_derived", $"{Inputs}/howto_derived/{scenario.Generation}", StringComparison.Ordinal);

    private string Plain(string text) => Numbers().Replace(WithoutIds(text.Replace(Inputs, "/srv/wire/in", StringComparison.Ordinal)), "#");

    [GeneratedRegex("[0-9A-Fa-f]{32}")]
    private static partial Regex Ids();

    [GeneratedRegex("[0-9]{9,}")]
    private static partial Regex Numbers();
}
