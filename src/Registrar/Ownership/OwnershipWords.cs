using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Why a store is refused, and what to do.</summary>
internal static class OwnershipWords
{
    private const string Settings = "Strata__Recordings__Folder, or Strata__Recordings__S3__Bucket and Strata__Recordings__S3__Prefix";
    private const string Adopt = "strata recordings adopt";

    private const string Elsewhere =
        $"set {Settings}, to the place where this catalog's recordings lie; if they are lost, bring them back from a backup into a new data directory with 'strata restore'; to go on with what is there, as after a move by hand: {Adopt}";

    public static ForeignStoreException Explain(OwnershipVerdict refused, OwnershipFacts found, string place, string log) => refused switch
    {
        OwnershipVerdict.Anothers or OwnershipVerdict.NotTheOne when found is { AdmittedBefore: { } before, OfLog: { } ofLog } && ofLog.Id != before => new(
            $"the recordings in {place} are not those of this log any more: they were when this process began (id {before}), and '{Adopt}' gave {log} another place since (id {ofLog.Id})",
            $"stop this server, set {Settings}, to the place that was adopted, and start it again; nothing more is kept or derived in {place}, its workers leave the work to servers that have the right place, and what was refused is to be registered again then"),
        OwnershipVerdict.Anothers when found.OfLog is { IsPending: false } ofLog => new(
            $"the recordings in {place} are not those of this log: expected the id {ofLog.Id} that {log} has, found {Words(found.OfStore)} in recordings/store.id",
            $"set {Settings}, to the place where this catalog's recordings lie; if nobody else uses {place} and these are the recordings: {Adopt}"),
        OwnershipVerdict.Anothers => new(
            $"the recordings in {place} belong to another catalog: expected a place without an id, since {log} has none, found {Words(found.OfStore)} in recordings/store.id",
            $"set {Settings}, to a new place; if the other catalog is gone, or this log is a copy that goes on in its stead: {Adopt}"),
        OwnershipVerdict.NotTheOne => new(
            $"the recordings of {log} lie elsewhere: expected a place with the id {found.OfLog!.Id}, found {place} without one and {(found.StoreHoldsFiles ? "with files" : "empty")}",
            Elsewhere),
        OwnershipVerdict.WithoutCopies => new(
            $"the recordings of {log} lie elsewhere: expected files that its events name, found {place} {(found.StoreHoldsFiles ? "with others" : "empty")}",
            Elsewhere),
        OwnershipVerdict.OfNobody => new(
            $"the recordings in {place} belong to another catalog: expected none, since {log} names none, found files; as orphans they would be removed",
            $"set {Settings}, to a new place; if nobody needs them, or they are yet to be registered: {Adopt}"),
        _ => throw new ArgumentOutOfRangeException(nameof(refused), refused, "is no refusal"),
    };

    private static string Words(Guid? ofStore) => ofStore == Guid.Empty ? "something that is no id" : $"the id {ofStore}";
}
