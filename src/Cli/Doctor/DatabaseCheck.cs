using System.Globalization;
using System.Runtime.CompilerServices;
using Strata.EventStore;
using Strata.EventStore.Postgres;
using Strata.EventStore.Sqlite;

namespace Strata.Cli;

/// <summary>Where the events lie: reachable, of which version and schema, with settings that keep what they promise, and with which clock.</summary>
internal sealed class DatabaseCheck(DataDirectory data, string? connectionString) : IDoctorCheck
{
    public string Name => connectionString is null ? "log" : "database";

    public async IAsyncEnumerable<DoctorLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = TimeProvider.System.GetUtcNow();
        var found = connectionString is null
            ? await Task.Run(() => SqliteCheckup.Look(data.Path), cancellationToken)
            : await PostgresCheckup.LookAsync(connectionString, cancellationToken);
        if (found is null)
        {
            yield return DoctorLine.Ok(Name, $"there is no log in {data.Path} yet; the first command that writes makes it");
            yield break;
        }

        yield return SchemaLine(found);
        foreach (var fault in found.Faults)
        {
            yield return fault.IsDangerous ? DoctorLine.Problem(Name, fault.Words, fault.Next) : DoctorLine.Warning(Name, fault.Words, fault.Next);
        }

        if (found.ClockNs is { } clockNs)
        {
            yield return ClockLine.Of("the database's clock", DateTimeOffset.UnixEpoch.AddTicks(clockNs / TimeSpan.NanosecondsPerTick), before, TimeProvider.System.GetUtcNow());
        }
    }

    private DoctorLine SchemaLine(LogCheckup found)
    {
        var words = string.Create(CultureInfo.InvariantCulture, $"{found.Server} at {found.Where}, schema {found.SchemaVersion}, {found.Head:N0} events");
        return found switch
        {
            { SchemaVersion: 0 } => DoctorLine.Ok(Name, $"{found.Server} at {found.Where}; there are no tables yet, the first start makes them"),
            { SchemaVersion: var version, NewestSchema: var newest } when version > newest =>
                DoctorLine.Problem(Name, $"{words}: a newer Strata wrote it, this program knows schema {newest} and older", "run that version"),
            { SchemaVersion: var version, NewestSchema: var newest } when version < newest => DoctorLine.Warning(Name, $"{words}; this program has schema {newest}", "the next start upgrades it; back it up before: strata backup DIR"),
            _ => DoctorLine.Ok(Name, words),
        };
    }
}
