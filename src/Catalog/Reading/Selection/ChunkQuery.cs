using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Strata.Catalog.Reading;

/// <summary>What both RPCs that look for chunks come down to. Source: catalog-protocol §2.14, §11.3.</summary>
/// <param name="Segments">Null: all. Ids that are not there select nothing.</param>
/// <param name="Times">Which temporal chunks, united; none of them without any.</param>
/// <param name="Statics">Whether static chunks of the wanted entities come with them.</param>
internal sealed record ChunkQuery(FrozenSet<string>? Segments, ContentFilter Contents, ImmutableArray<TimeSelection> Times, bool Statics)
{
    public bool IsEmpty => Contents.WantsNothing || Segments is { Count: 0 } || (Times.IsEmpty && !Statics);
}

/// <summary>A way to choose among the temporal chunks of a segment.</summary>
internal abstract record TimeSelection;

/// <summary>Every chunk, whatever timelines it has.</summary>
internal sealed record AllTimes : TimeSelection;

/// <summary>Chunks that reach into a range, both ends included.</summary>
internal sealed record TimesBetween(string Timeline, long Start, long End) : TimeSelection;

/// <summary>Chunks that may hold what is current at a time: for each component its last value up to then.</summary>
internal sealed record LatestAt(string Timeline, long At) : TimeSelection;

/// <summary>Times of each segment's own, sorted; a segment that is not named has none.</summary>
/// <param name="Fill">Whether what is current at those times is wanted, or only what lies exactly on them.</param>
internal sealed record SampledTimes(string Timeline, FrozenDictionary<string, ImmutableArray<long>> TimesOfSegments, bool Fill) : TimeSelection;
