using System.Globalization;

namespace Strata.Registrar;

/// <summary>The id of the store as the log has it.</summary>
/// <param name="IsPending">Written before the store's own, so that a process that died in between is told from a store that lost its id.</param>
internal sealed record LogLabel(Guid Id, bool IsPending)
{
    private const string Pending = " pending";

    /// <param name="state">As <see cref="ToString"/> wrote it; null: nobody did.</param>
    public static LogLabel? Parse(string? state) => state switch
    {
        null => null,
        _ when state.EndsWith(Pending, StringComparison.Ordinal) => new(IdOf(state[..^Pending.Length]), IsPending: true),
        _ => new(IdOf(state), IsPending: false),
    };

    public override string ToString() => IsPending ? $"{Id:D}{Pending}" : Id.ToString("D", CultureInfo.InvariantCulture);

    private static Guid IdOf(string text) => Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw new InvalidOperationException($"the log's id of its recordings: expected one in the form of a GUID, found '{text}'");
}

/// <summary>What was found on both sides.</summary>
/// <param name="OfStore">Null: it has none. <see cref="Guid.Empty"/>: something that is no id.</param>
/// <param name="LogNamesCopies">Looked at only where the store has no id, as the two after it.</param>
/// <param name="StoreHoldsFiles">Any copies, of whomever.</param>
/// <param name="StoreHoldsNamed">One at least of the copies that the log names.</param>
/// <param name="IsLogShared">Other processes may work with the log, and with a store that they have found before.</param>
internal sealed record OwnershipFacts(LogLabel? OfLog, Guid? OfStore, bool LogNamesCopies, bool StoreHoldsFiles, bool StoreHoldsNamed, bool IsLogShared)
{
    /// <summary>The id of both as this process found it before; null: it never did.</summary>
    public Guid? AdmittedBefore { get; init; }
}
