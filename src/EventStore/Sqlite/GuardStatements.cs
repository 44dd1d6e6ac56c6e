using System.Collections.Immutable;
using System.Diagnostics;

namespace Strata.EventStore.Sqlite;

/// <summary>Guards inside the append's transaction, one after another: a later one sees what an earlier one did.</summary>
internal sealed class GuardStatements(WriteSession session)
{
    private Statement Find => session.Prepared("SELECT value FROM strata_guards WHERE scope = ?1 AND key = ?2");

    private Statement FindAny => session.Prepared("SELECT value FROM strata_guards WHERE scope = ?1 ORDER BY key LIMIT 1");

    private Statement FindState => session.Prepared("SELECT state FROM strata_leased_states WHERE name = ?1");

    private Statement Write => session.Prepared("INSERT INTO strata_guards (scope, key, value) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = excluded.value");

    private Statement Remove => session.Prepared("DELETE FROM strata_guards WHERE scope = ?1 AND key = ?2");

    public AppendResult.GuardRefused? Apply(ImmutableArray<Guard> guards)
    {
        foreach (var guard in guards)
        {
            if (Apply(guard) is { } refused)
            {
                return refused;
            }
        }

        return null;
    }

    private AppendResult.GuardRefused? Apply(Guard guard)
    {
        switch (guard)
        {
            case Guard.Require require:
                var required = ValueOf(require.Scope, require.Key);
                return required is not null && (require.Value is null || require.Value == required) ? null : new(guard, required);
            case Guard.RequireEmpty empty:
                var inTheWay = FindAny.Bind(1, empty.Scope).ReadText();
                return inTheWay is null ? null : new(guard, inTheWay);
            case Guard.Claim claim:
                var holder = ValueOf(claim.Scope, claim.Key);
                return holder is null || holder == claim.Value ? Set(claim.Scope, claim.Key, claim.Value) : new(guard, holder);
            case Guard.Put put:
                return Set(put.Scope, put.Key, put.Value);
            case Guard.Swap swap:
                var current = ValueOf(swap.Scope, swap.Key);
                return current == swap.Expected ? Set(swap.Scope, swap.Key, swap.Value) : new(guard, current);
            case Guard.RequireState remembered:
                var state = FindState.Bind(1, remembered.Name).ReadText();
                return state == remembered.State ? null : new(guard, state);
            case Guard.Release release:
                Remove.Bind(1, release.Scope).Bind(2, release.Key).Run();
                return null;
            default:
                throw new UnreachableException($"guard {guard.GetType().Name}");
        }
    }

    private string? ValueOf(string scope, string key) => Find.Bind(1, scope).Bind(2, key).ReadText();

    private AppendResult.GuardRefused? Set(string scope, string key, string value)
    {
        Write.Bind(1, scope).Bind(2, key).Bind(3, value).Run();
        return null;
    }
}
