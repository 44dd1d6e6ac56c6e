using Strata.EventStore;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Without its log a process can do nothing that lasts.</summary>
internal sealed class LogHealth(IEventStore events, bool isDatabase) : IPartHealth
{
    public string Name => isDatabase ? "database" : "log";

    public async Task<PartFinding> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await events.EndAsync(cancellationToken);
            return events.NoRoom is { } refused
                ? PartFinding.Down($"nothing can be registered: {refused}", isDatabase ? "free room on the disk of the database's server; this goes by itself with the next append" : "free room on the disk of the data directory; this goes by itself with the next append")
                : PartFinding.Ok;
        }
        catch (LogStorageException e)
        {
            return PartFinding.Down(e.Message, isDatabase ? "start the database, or see why it cannot be reached; 'strata doctor' looks closer. Strata goes on by itself when it is back" : "'strata doctor' looks closer");
        }
    }
}
