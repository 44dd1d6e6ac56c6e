using Grpc.Core;
using Strata.Catalog.Reading;
using Strata.EventStore;
using Strata.Projections;
using Strata.Projections.Storage;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Catalog;

/// <summary>The status of every exception that handlers and the rooms behind them throw on purpose. Source: catalog-protocol §1.11.</summary>
internal static class CatalogErrors
{
    public static Status? StatusOf(Exception exception) => exception switch
    {
        CatalogException e => new(e.Code, e.Message),
        MomentException e => new(e.Fault == MomentFault.Invalid ? StatusCode.InvalidArgument : StatusCode.NotFound, e.Message),
        CommandRefusedException e => new(StatusOf(e.Kind), e.Message),
        TableColumnException e => new(StatusCode.InvalidArgument, $"Unable to project columns: Invalid argument error: {e.Message}"),
        RecordingReleasedException e => new(StatusCode.NotFound, e.Message),
        RecordingMissingException e => new(StatusCode.NotFound, e.Message),
        RecordingChangedException e => new(StatusCode.FailedPrecondition, e.Message),
        RecordingDamagedException e => new(StatusCode.DataLoss, e.Message),
        LogDamagedException e => new(StatusCode.DataLoss, e.Message),
        RecordingRefusedException e => new(StatusCode.InvalidArgument, e.Message),

        // The tables, the log or the store cannot be reached for the moment: the client may try again.
        ProjectionBehindException or ReadModelStorageException { IsTransient: true } or RecordingStorageException or LogStorageException => new(StatusCode.Unavailable, exception.Message),
        _ => null,
    };

    private static StatusCode StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid or RefusalKind.Unreadable => StatusCode.InvalidArgument,
        RefusalKind.NotFound => StatusCode.NotFound,
        RefusalKind.FailedPrecondition => StatusCode.FailedPrecondition,
        RefusalKind.Storage => StatusCode.Unavailable,
        RefusalKind.Contended => StatusCode.Aborted,
        _ => StatusCode.AlreadyExists,
    };
}
