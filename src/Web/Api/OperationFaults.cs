using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>Refusals and faults of other rooms, for the person who asked.</summary>
internal static class OperationFaults
{
    /// <summary>Null where it is nothing that is known here.</summary>
    /// <param name="nextIfLost">What to do where it is not known whether something was changed; null: nothing could be.</param>
    public static OperationException? TryTranslate(Exception fault, string? nextIfLost) => fault switch
    {
        LogStorageException { IsAway: true } or ProjectionLagException when nextIfLost is not null =>
            new(fault is ProjectionLagException ? OperationErrors.Parked : OperationErrors.StorageRefused, $"it is not known whether this was done: {fault.Message}", nextIfLost),
        CommandRefusedException e => new(CodeOf(e.Kind), e.Message, e.Kind == RefusalKind.Contended ? "try again" : null),
        RecordingStorageException { InnerException: ForeignStoreException foreign } => new(OperationErrors.StorageRefused, foreign.Message, foreign.Next),
        MomentException e => new(e.Fault == MomentFault.Invalid ? OperationErrors.Invalid : OperationErrors.NotFound, e.Message, null),
        ProjectionParkedException e => new(OperationErrors.Parked, e.Message, e.LogIsDamaged ? null : "mend the cause, then 'strata projections resume'"),
        LogDamagedException e => new(OperationErrors.StorageRefused, e.Message, null),
        ProjectionLagException e => new(OperationErrors.Parked, e.Message, "mend that and repeat the command; the tables catch up by themselves"),
        _ => null,
    };

    private static string CodeOf(RefusalKind kind) => kind switch
    {
        RefusalKind.NotFound => OperationErrors.NotFound,
        RefusalKind.Invalid => OperationErrors.Invalid,
        RefusalKind.FailedPrecondition => OperationErrors.FailedPrecondition,
        _ => OperationErrors.Conflict,
    };
}
