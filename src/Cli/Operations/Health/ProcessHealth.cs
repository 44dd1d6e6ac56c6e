using Strata.Web;

namespace Strata.Cli;

/// <summary>Whether the rooms of this process run, and whether it has begun to serve.</summary>
internal sealed class ProcessHealth(Readiness readiness, RoleFailures failures) : IPartHealth
{
    public string Name => "process";

    public Task<PartFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult((failures.Reason, readiness.Ready) switch
    {
        ({ } reason, _) => PartFinding.Down(reason, "the log of this process says more; a restart begins anew"),
        (_, false) => PartFinding.Down("starting", "wait: the tables catch up with the log first"),
        _ => PartFinding.Ok,
    });
}

/// <summary>Set once everything that was asked for at the start is done.</summary>
internal sealed class Readiness
{
    public volatile bool Ready;
}
