namespace Strata.Projections.Fleet;

/// <summary>What a layer says of its segment: how well the arm followed its commands, or a declared verdict. The numbers stand in the tables.</summary>
internal enum Verdict
{
    /// <summary>It has no such property.</summary>
    None = 0,

    Good = 1,

    Bad = 2,

    /// <summary>The property is there and null.</summary>
    Review = 3,

    /// <summary>Of a rule's own conditions, which say more than the tracking alone.</summary>
    DeclaredGood = 4,

    DeclaredBad = 5,

    DeclaredReview = 6,
}
