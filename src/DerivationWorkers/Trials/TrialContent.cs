using System.Collections.Immutable;
using Strata.Arrow;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>What a derived file holds, read as anybody would read it.</summary>
internal sealed record TrialContent(ImmutableArray<TrialProperty> Properties, ImmutableArray<TrialSeries> Series)
{
    public static async Task<TrialContent> ReadAsync(ReadOnlyMemory<byte> rrd, string layer, CancellationToken cancellationToken)
    {
        var reader = await RrdReader.OpenAsync(new MemoryBytes(rrd), cancellationToken).ConfigureAwait(false);
        var property = EntityPath.Properties.Append(layer);
        var properties = ImmutableArray.CreateBuilder<TrialProperty>();
        var series = ImmutableArray.CreateBuilder<TrialSeries>();
        foreach (var store in reader.Contents.Recordings)
        {
            await foreach (var chunk in reader.ReadChunksAsync(store, cancellationToken).ConfigureAwait(false))
            {
                if (chunk.EntityPath == property)
                {
                    properties.AddRange(chunk.Components.Select(c => new TrialProperty(c.Descriptor.Component, c.Lists.GetSlicedValues(0) ?? c.Lists.Values)));
                }
                else if (!chunk.IsStatic && chunk.Component(EntityColumn.DefaultComponent) is { } scalars && Of(chunk, scalars.Lists) is { } found)
                {
                    series.Add(found);
                }
            }
        }

        return new(properties.ToImmutable(), series.ToImmutable());
    }

    /// <summary>Null for what has not one number a row, such as errors per joint.</summary>
    private static TrialSeries? Of(Chunk chunk, ListArray lists)
    {
        var timeline = chunk.Timelines[0];
        return lists.Values is DoubleArray values && values.Length == chunk.NumRows
            ? new(chunk.EntityPath.ToString(), timeline.Name, timeline.Kind, [.. timeline.Times], [.. values.Values])
            : null;
    }
}
