using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>A person gives a quarantined recording up.</summary>
internal sealed record DiscardRecording(Sha256Digest QuarantineId, EventSource Source)
{
    /// <returns>Nothing when it was discarded before.</returns>
    /// <exception cref="CommandRefusedException">There is no such entry, or it was released.</exception>
    public static ImmutableArray<RecordingDiscarded> Decide(QuarantineState state, DiscardRecording command)
    {
        if (state.IsDiscarded)
        {
            return [];
        }

        var entry = ReleaseRecording.RequireOpen(state, command.QuarantineId);
        return [new(command.QuarantineId, entry.Dataset, command.Source)];
    }
}
