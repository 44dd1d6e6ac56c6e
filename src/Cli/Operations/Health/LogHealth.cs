using Strata.EventStore;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Without its log a process can do nothing that lasts.</summary>
internal sealed class LogHealth(IEventStore events, bool isDatabase) : IPartHealth
{
    public const string Database = "database";

    /// <summary>What to do about a database that does not answer.</summary>
    public const string StartIt = "start the database, or see why it cannot be reached; 'strata doctor' looks closer. Strata goes on by itself when it is back";

    public string Name => isDatabase ? Database : "log";

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
            return PartFinding.Down(e.Message, isDatabase ? StartIt : "'strata doctor' looks closer");
        }
    }
}
