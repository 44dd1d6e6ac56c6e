using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Folding;

/// <summary>
/// Tables that are folded together: they have one checkpoint and one lease, and stand still together. Several projections follow the log side by side; what stops one stops no other.
/// </summary>
/// <param name="Name">As <c>strata projections</c> calls it.</param>
/// <param name="Noun">Its tables, where a person is told that they stand still.</param>
/// <param name="Folder">Of its generations, in that of the read models; empty: that one itself.</param>
internal sealed record Projection(string Name, string Noun, string Folder)
{
    /// <summary>
    /// Of the tables and their columns: raised with any change of them. This program cannot read a generation of another number, and begins an empty one that a replay fills.
    /// </summary>
    public required int LayoutVersion { get; init; }

    /// <summary>
    /// Of what the folds write: raised with any change of a fold's result. A generation of another number is readable: it serves as of its checkpoint until a replay beside it
    /// has caught up.
    /// </summary>
    public required int FoldVersion { get; init; }

    public required IReadOnlyList<TableDefinition> Tables { get; init; }

    /// <summary>Over a file with the tables, and with how many segments the fold may remember.</summary>
    public required Func<SqliteDatabase, int, IEventFold> NewFold { get; init; }

    /// <summary>As <see cref="IEventFold.HoldsPropertiesOf"/>, for whoever only reads.</summary>
    public required Func<SqliteDatabase, DatasetId, string, bool> HoldsPropertiesOf { get; init; }

    /// <summary>Who registers is answered when these tables have passed it, and its trace ends there.</summary>
    public bool EndsTraces { get; init; }

    public GenerationVersions Versions => new(LayoutVersion, FoldVersion);
}
