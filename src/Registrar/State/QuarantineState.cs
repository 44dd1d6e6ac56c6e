using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>One quarantined recording, folded from its stream.</summary>
/// <param name="Entry">Null before the first event.</param>
/// <param name="IsOpen">False once it was released or discarded.</param>
internal sealed record QuarantineState(RecordingQuarantined? Entry, bool IsOpen, bool IsDiscarded, long Position)
{
    public static QuarantineState Empty { get; } = new(null, false, false, 0);

    public QuarantineState Apply(StrataEvent @event, long position) => @event switch
    {
        RecordingQuarantined quarantined => new(quarantined, true, false, position),
        RecordingReleased => this with { IsOpen = false, Position = position },
        RecordingDiscarded => this with { IsOpen = false, IsDiscarded = true, Position = position },
        _ => this,
    };
}
