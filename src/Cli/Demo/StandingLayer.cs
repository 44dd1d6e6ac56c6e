using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

/// <summary>A layer as the dataset manifest has it.</summary>
/// <param name="RegisteredAtNs">UTC nanoseconds.</param>
internal sealed record StandingLayer(string Segment, string Layer, long RegisteredAtNs, string Url)
{
    private const int NanosecondsPerTick = 100;

    /// <summary>The first time that can be written at which it stands: times are written in ticks. What stands on a layer comes many ticks after it.</summary>
    public string AsOf => DateTimeOffset.UnixEpoch.AddTicks((RegisteredAtNs + NanosecondsPerTick - 1) / NanosecondsPerTick).ToString("O", CultureInfo.InvariantCulture);

    public static IReadOnlyList<StandingLayer> Of(TableResponse manifest) =>
    [
        .. manifest.Rows.EnumerateArray().Select(r => new StandingLayer(
            r.GetProperty("rerun_segment_id").GetString()!,
            r.GetProperty("rerun_layer_name").GetString()!,
            r.GetProperty("rerun_registration_time").GetInt64(),
            r.GetProperty("rerun_storage_url").GetString()!)),
    ];

    /// <summary>From the last arrival of one layer to the last arrival of the next, by the log's own times.</summary>
    /// <returns>Null when one of the segments lacks one of them.</returns>
    public static TimeSpan? Took(IReadOnlyList<StandingLayer> layers, IReadOnlyCollection<string> segments, string from, string to)
    {
        return Last(from) is { } start && Last(to) is { } end ? TimeSpan.FromMicroseconds((end - start) / 1_000.0) : null;

        long? Last(string name)
        {
            var arrivals = layers.Where(l => l.Layer == name && segments.Contains(l.Segment)).Select(l => l.RegisteredAtNs).ToList();
            return arrivals.Count == segments.Count ? arrivals.Max() : null;
        }
    }
}
