namespace Strata.Rrd.Dataframe;

/// <summary>A dataframe that cannot be made: what was asked for is not there, or layers contradict each other. In words: expected, found, what to do.</summary>
public sealed class DataframeException(string message) : Exception(message);
