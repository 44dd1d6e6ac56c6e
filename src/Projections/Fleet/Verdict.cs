namespace Strata.Projections.Fleet;

/// <summary>What a layer says of how well its segment's arm followed its commands. The numbers stand in the tables.</summary>
internal enum Verdict
{
    /// <summary>It has no such property.</summary>
    None = 0,

    Good = 1,

    Bad = 2,

    /// <summary>The property is there and null.</summary>
    Review = 3,
}
