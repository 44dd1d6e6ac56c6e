namespace Strata.Projections.Storage;

/// <summary>A table of a read model: how it is made and what orders its rows when two generations are compared.</summary>
/// <param name="Key">Primary key, in order.</param>
internal sealed record TableDefinition(string Name, string Ddl, params string[] Key);

/// <summary>What the temporal columns of every row mean.</summary>
internal static class Temporal
{
    /// <summary>A row holds from its <c>from_position</c> up to, and not including, its <c>to_position</c>; this while it stands.</summary>
    public const long Standing = long.MaxValue;

    /// <summary>As of now: as a position it picks exactly the rows that stand.</summary>
    public const long Now = Standing - 1;

    public const string StandingSql = "to_position = 9223372036854775807";
}
