using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Projections.Layers.Reading;

/// <summary>The columns <c>{timeline}:end</c> and <c>{timeline}:start</c>. Source: catalog-protocol §2.9.</summary>
internal static class TimelineFields
{
    public static IEnumerable<Field> Of(IEnumerable<(string Name, TimelineKind Kind)> timelines) =>
        timelines.SelectMany(timeline => (IEnumerable<Field>)[Of(timeline, "end"), Of(timeline, "start")]);

    private static Field Of((string Name, TimelineKind Kind) timeline, string marker)
    {
        var (word, type) = timeline.Kind switch
        {
            TimelineKind.Sequence => ("sequence", (ArrowType)Int64Type.Default),
            TimelineKind.Duration => ("duration", DurationType.Nanosecond),
            _ => ("timestamp", TimestampType.Nanosecond),
        };
        return new($"{timeline.Name}:{marker}", type, nullable: true, new Dictionary<string, string>
        {
            ["rerun:index"] = timeline.Name,
            ["rerun:index_kind"] = word,
            ["rerun:index_marker"] = marker,
            ["rerun:kind"] = "index",
        });
    }
}
