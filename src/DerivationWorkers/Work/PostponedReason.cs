using System.Globalization;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>
/// Why an item waits, as it stands beside its attempts. It names the attempt that it ends: an attempt that killed its process leaves none,
/// and that is how the two are told apart when attempts are counted.
/// </summary>
internal static class PostponedReason
{
    public const string Transient = "transient";

    public static string Of(string kind, string detail, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{kind}: {detail} [attempt {attempt}]");

    /// <summary>A full disk is no fault of the item: as long as each attempt ended by saying so, the item goes on waiting for space.</summary>
    public static bool SaysStorageFull(string? reason, int attempt) =>
        reason is not null
        && reason.StartsWith(FailureReasons.StorageFull, StringComparison.Ordinal)
        && Ends(reason, attempt);

    /// <summary>Whether that attempt ended by saying so.</summary>
    public static bool Ends(string? reason, int attempt) => reason?.EndsWith(string.Create(CultureInfo.InvariantCulture, $"[attempt {attempt}]"), StringComparison.Ordinal) == true;
}
