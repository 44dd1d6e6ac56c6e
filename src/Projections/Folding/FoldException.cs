namespace Strata.Projections.Folding;

/// <summary>An event does not fit what was folded before it: the log and the read models disagree, so they stop there.</summary>
public sealed class FoldException(string message) : Exception(message);
