namespace Strata.Rrd.Dataframe;

/// <summary>A chunk that is to be read.</summary>
/// <param name="Start">The first time at which it has a value that is asked for; meaningless where it is static.</param>
internal readonly record struct ChunkPick(IDataframeLayer Layer, ChunkEntry Entry, long Start);
