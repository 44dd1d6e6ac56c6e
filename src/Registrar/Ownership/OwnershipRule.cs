namespace Strata.Registrar;

internal enum OwnershipVerdict
{
    /// <summary>Both have the same id.</summary>
    One,

    /// <summary>They belong together and do not say so yet.</summary>
    Claim,

    /// <summary>The store has the id that the log was about to get when a process died.</summary>
    Finish,

    /// <summary>The store is another catalog's.</summary>
    Anothers,

    /// <summary>The store is nobody's, and the log has one already.</summary>
    NotTheOne,

    /// <summary>The log names copies, and none of them is in the store.</summary>
    WithoutCopies,

    /// <summary>The store has copies, and the log names none.</summary>
    OfNobody,
}

/// <summary>Whether a store is the one that a log's events name. Decides on what was found, and touches nothing.</summary>
internal static class OwnershipRule
{
    public static OwnershipVerdict Judge(OwnershipFacts found) => found switch
    {
        { OfLog: { } log, OfStore: { } store } when log.Id == store => log.IsPending ? OwnershipVerdict.Finish : OwnershipVerdict.One,
        { OfStore: not null } => OwnershipVerdict.Anothers,
        { OfLog: null or { IsPending: true }, LogNamesCopies: true } => found.StoreHoldsNamed ? OwnershipVerdict.Claim : OwnershipVerdict.WithoutCopies,
        { OfLog: null or { IsPending: true } } => found.StoreHoldsFiles ? OwnershipVerdict.OfNobody : OwnershipVerdict.Claim,

        // Nothing is kept yet, and nobody else can be about to keep something in the place before: then a catalog may choose another one.
        { LogNamesCopies: false, StoreHoldsFiles: false, IsLogShared: false } => OwnershipVerdict.Claim,
        _ => OwnershipVerdict.NotTheOne,
    };
}
