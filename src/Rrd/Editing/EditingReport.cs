namespace Strata.Rrd.Editing;

/// <summary>What was read, what was written, and what was not.</summary>
/// <param name="ChunksRead">Whole chunks of all inputs.</param>
/// <param name="ChunksWritten">Chunks of the output.</param>
/// <param name="DuplicateChunks">Chunks whose id their recording had already: the first one counts.</param>
/// <param name="EmptyChunks">Chunks without rows or without components, which say nothing.</param>
/// <param name="BytesRead">Bytes of all inputs.</param>
/// <param name="BytesWritten">Bytes of the output.</param>
/// <param name="FooterLeftOut">Why Rerun would refuse the footer, so that there is none; null when there is one.</param>
/// <param name="Findings">What was wrong with the inputs.</param>
public sealed record EditingReport(
    long ChunksRead,
    long ChunksWritten,
    long DuplicateChunks,
    long EmptyChunks,
    long BytesRead,
    long BytesWritten,
    string? FooterLeftOut,
    IReadOnlyList<InputFinding> Findings)
{
    /// <summary>Whether something that the inputs held is not in the output because it could not be read.</summary>
    public bool HasLosses => Findings.Any(finding => finding.IsLoss);
}

/// <summary>Something that was wrong with an input.</summary>
/// <param name="Input">Name of the input, as it was given.</param>
/// <param name="Finding">Where and what.</param>
/// <param name="IsLoss">Whether it could not be read; else it was only mended or passed over.</param>
public sealed record InputFinding(string Input, RrdFinding Finding, bool IsLoss);
