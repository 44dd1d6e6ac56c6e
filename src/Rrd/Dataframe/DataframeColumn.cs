using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>A component of an entity as a column of a dataframe.</summary>
/// <param name="Field">Name, list type and metadata; nullable.</param>
public sealed record DataframeColumn(EntityPath EntityPath, string Component, Field Field)
{
    /// <summary>One list a row.</summary>
    public ListType Type => (ListType)Field.DataType;
}

/// <summary>A timeline as a column of a dataframe.</summary>
public sealed record IndexColumn(string Timeline, TimelineKind Kind, Field Field);
