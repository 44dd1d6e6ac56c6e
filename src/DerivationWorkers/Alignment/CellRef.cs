namespace Strata.DerivationWorkers;

/// <summary>Where the values of one row lie: a block (the column of one chunk) and a row in it; or why there are none.</summary>
internal readonly record struct CellRef(int Block, int Row)
{
    private const int NothingBlock = -1;
    private const int TooOldBlock = -2;
    private const int TooFarBlock = -3;
    private const int UnequalBlock = -4;

    /// <summary>Nothing was logged at or before the time that was asked for.</summary>
    public static CellRef Nothing { get; } = new(NothingBlock, 0);

    /// <summary>The latest value is older than the maximum age.</summary>
    public static CellRef TooOld { get; } = new(TooOldBlock, 0);

    /// <summary>The nearest value is farther away than the maximum distance, or those around the time are farther apart than the maximum gap.</summary>
    public static CellRef TooFar { get; } = new(TooFarBlock, 0);

    /// <summary>The values around the time have different numbers of joints, so that nothing lies between them.</summary>
    public static CellRef Unequal { get; } = new(UnequalBlock, 0);

    public bool HasValue => Block >= 0;

    public bool IsTooOld => Block == TooOldBlock;

    public bool IsTooFar => Block == TooFarBlock;

    public bool IsUnequal => Block == UnequalBlock;
}
