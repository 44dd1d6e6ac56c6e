using Strata.Contracts;

namespace Strata.Registrar;

internal enum BackfillPhase
{
    Running,
    Paused,
    Cancelled,
    Finished,
}

/// <summary>One back-fill, folded from its stream.</summary>
/// <param name="Started">Null: there is none of that id.</param>
internal sealed record BackfillState(BackfillStarted? Started, BackfillPhase Phase)
{
    public static BackfillState Empty { get; } = new(null, BackfillPhase.Running);

    public BackfillState Apply(StrataEvent @event, long position) => @event switch
    {
        BackfillStarted started => this with { Started = started },
        BackfillPaused => this with { Phase = BackfillPhase.Paused },
        BackfillResumed => this with { Phase = BackfillPhase.Running },
        BackfillCancelled => this with { Phase = BackfillPhase.Cancelled },
        BackfillFinished => this with { Phase = BackfillPhase.Finished },
        _ => this,
    };
}
