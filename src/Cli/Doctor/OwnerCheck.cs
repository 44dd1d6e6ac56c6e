using System.Runtime.CompilerServices;
using Strata.EventStore;
using Strata.EventStore.Postgres;
using Strata.EventStore.Sqlite;
using Strata.Recordings;

namespace Strata.Cli;

/// <summary>Whether the recordings where the settings name them are those of the log. A running server has been told at its start, and says so in its health.</summary>
internal sealed class OwnerCheck(DataDirectory data, HostSettings settings, RunningServer? server) : IDoctorCheck
{
    public string Name => "ownership";

    public async IAsyncEnumerable<DoctorLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!data.Exists || server is not null || !await IsCurrentAsync(cancellationToken))
        {
            yield break;
        }

        using var taken = DataDirectoryLock.TryTake(data);
        if (taken is not null)
        {
            yield return await FindAsync(cancellationToken);
        }
    }

    private async Task<DoctorLine> FindAsync(CancellationToken cancellationToken)
    {
        await using var log = await OpenedLog.OpenAsync(data, settings, cancellationToken);
        using var recordings = OpenedRecordings.Of(data, settings);
        try
        {
            return DoctorLine.Ok(Name, await log.Ownership.FindAsync(recordings.Label, cancellationToken) is { } id
                ? $"the recordings in {recordings.Label.Place} are those of this log (id {id})"
                : $"the recordings in {recordings.Label.Place} are nobody's yet; the next start ties them to this log");
        }
        catch (ForeignStoreException e)
        {
            return DoctorLine.Problem(Name, e.Message, e.Next);
        }
    }

    /// <summary>To open a log makes or upgrades it, and here nothing is changed.</summary>
    private async Task<bool> IsCurrentAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = settings.EventStoreConnection is { } connection
                ? await PostgresCheckup.LookAsync(connection, cancellationToken)
                : await Task.Run(() => SqliteCheckup.Look(data.Path), cancellationToken);
            return found is not null && found.SchemaVersion == found.NewestSchema;
        }
        catch (LogStorageException)
        {
            // The check of the log tells why.
            return false;
        }
    }
}
