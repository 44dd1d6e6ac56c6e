using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Takes a recording out of quarantine, because it was registered after all.</summary>
internal sealed record ReleaseRecording(Sha256Digest QuarantineId, bool Recovered, EventSource Source)
{
    /// <exception cref="CommandRefusedException">There is no such entry, or it is not in quarantine any more.</exception>
    public static ImmutableArray<RecordingReleased> Decide(QuarantineState state, ReleaseRecording command)
    {
        var entry = RequireOpen(state, command.QuarantineId);
        return [new(command.QuarantineId, entry.Dataset, command.Recovered, command.Source)];
    }

    public static RecordingQuarantined RequireOpen(QuarantineState state, Sha256Digest quarantineId) => state switch
    {
        { Entry: null } => throw new CommandRefusedException(RefusalKind.NotFound, $"quarantine holds no entry '{quarantineId}'; `strata quarantine list` shows them"),
        { IsOpen: false } => throw new CommandRefusedException(
            RefusalKind.Conflict,
            $"quarantine entry '{quarantineId}' ({state.Entry.StorageUrl}) was {(state.IsDiscarded ? "discarded" : "released")} already; register the file again if it should be looked at anew"),
        _ => state.Entry,
    };
}
