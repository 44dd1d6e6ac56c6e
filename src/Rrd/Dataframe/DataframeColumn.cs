using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>A component of an entity as a column of a dataframe.</summary>
/// <param name="EntityPath">Whose component it is.</param>
/// <param name="Component">Its identifier, such as <c>Scalars:scalars</c>.</param>
/// <param name="Field">Name, list type and metadata; nullable.</param>
public sealed record DataframeColumn(EntityPath EntityPath, string Component, Field Field)
{
    /// <summary>One list a row.</summary>
    public ListType Type => (ListType)Field.DataType;
}

/// <summary>A timeline as a column of a dataframe.</summary>
/// <param name="Timeline">Its name.</param>
/// <param name="Kind">What its values mean.</param>
/// <param name="Field">Name, type and metadata.</param>
public sealed record IndexColumn(string Timeline, TimelineKind Kind, Field Field);
