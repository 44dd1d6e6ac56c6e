using System.Collections.Immutable;
using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Registrar;

/// <param name="IsHeld">Whether a layer still has this schema; only looked at for schemas that stand in the way.</param>
internal sealed record KnownSchema(Sha256Digest Hash, Schema Schema, bool IsHeld);

/// <param name="Conflict">Null when it is admitted.</param>
/// <param name="Retired">Given schemas that stand in the way and that no layer has any more.</param>
/// <param name="Yielding">Schemas of derived layers that give way.</param>
internal sealed record SchemaAdmission(string? Conflict, ImmutableArray<Sha256Digest> Retired, ImmutableArray<Sha256Digest> Yielding);

/// <summary>
/// Whether a layer with a schema that the dataset has not met yet may join it. Given layers are compared with given ones only, derived ones give way.
/// Source: DESIGN rule 5, catalog-protocol §6.3.
/// </summary>
/// <param name="Given">All schemas of given layers.</param>
/// <param name="Derived">All schemas of derived layers.</param>
internal sealed record AdmitSchema(Schema Schema, ImmutableArray<KnownSchema> Given, ImmutableArray<KnownSchema> Derived)
{
    public static SchemaAdmission DecideGiven(AdmitSchema command)
    {
        var conflicts = ConflictsWith(command.Schema, command.Given);
        if (conflicts.FirstOrDefault(c => c.With.IsHeld) is { With: not null } held)
        {
            return new(held.Detail, [], []);
        }

        return new(null, [.. conflicts.Select(c => c.With.Hash)], [.. ConflictsWith(command.Schema, command.Derived).Select(c => c.With.Hash)]);
    }

    /// <summary>A derived layer stands behind every given one, and asks nothing of other derived ones.</summary>
    public static SchemaAdmission DecideDerived(AdmitSchema command)
    {
        var conflicts = ConflictsWith(command.Schema, command.Given);
        return conflicts.FirstOrDefault(c => c.With.IsHeld) is { With: not null } held
            ? new(held.Detail, [], [])
            : new(null, [.. conflicts.Select(c => c.With.Hash)], []);
    }

    /// <summary>The schemas that cannot be merged with <paramref name="schema"/>, each with the reason.</summary>
    public static ImmutableArray<(KnownSchema With, string Detail)> ConflictsWith(Schema schema, ImmutableArray<KnownSchema> others)
    {
        if (SchemaUnion.TryOf(others.Select(o => o.Schema).Append(schema)))
        {
            return [];
        }

        var conflicts = ImmutableArray.CreateBuilder<(KnownSchema With, string Detail)>();
        foreach (var other in others)
        {
            if (SchemaUnion.Conflict(other.Schema, schema) is { } detail)
            {
                conflicts.Add((other, detail));
            }
        }

        return conflicts.ToImmutable();
    }
}
