using System.Collections.Immutable;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;

namespace Strata.DerivationWorkers;

/// <summary>What fits segments that have one schema.</summary>
/// <param name="Segments">How many have it.</param>
/// <param name="ExampleSegment">That was looked into.</param>
/// <param name="Match">Null: no preset fits.</param>
/// <param name="AlsoFits">Names of other presets that fit, and come later.</param>
/// <param name="Joints">The columns that can hold joints, with the instances of a row, for who has to say it by hand.</param>
public sealed record RuleSuggestion(int Segments, string ExampleSegment, PresetMatch? Match, ImmutableArray<string> AlsoFits, ImmutableArray<JointColumn> Joints);

/// <param name="Instances">Null: not known.</param>
public sealed record JointColumn(string Column, int? Instances);

/// <param name="SchemasNotLookedAt">Of a dataset that has more than are looked into.</param>
public sealed record RuleSuggestions(ImmutableArray<RuleSuggestion> Each, int SchemasNotLookedAt);

/// <summary>Looks at the schemas of a dataset's recordings, recognises the common layouts, and says which rules fit and why. Changes nothing.</summary>
public sealed class RuleSuggester(IEventStore events, IDatasetManifest manifest, IRecordingStore recordings)
{
    /// <summary>A person reads a few suggestions; datasets in which every recording has a schema of its own are seen.</summary>
    private const int MaxSchemas = 8;

    private const string SegmentColumn = "rerun_segment_id";
    private const string SchemaColumn = "rerun_schema_sha256";

    private readonly RecordingLooks _looks = new(events, recordings);

    public static IReadOnlyList<string> Presets { get; } = [.. RulePresets.All.Select(p => p.Name)];

    /// <summary>How a recording looks that the preset fits, in words; null: there is no such preset.</summary>
    public static string? Looks(string preset) => RulePresets.Named(preset)?.Looks;

    /// <param name="asOf">Null: the layers that stand now.</param>
    /// <param name="layer">That the rules are to read.</param>
    /// <param name="segment">Null: all of the dataset.</param>
    /// <param name="preset">Null: whichever fits.</param>
    /// <param name="unit">Of the joints, as the person who asks knows it.</param>
    public async Task<RuleSuggestions> SuggestAsync(
        DatasetId dataset, long? asOf, string layer, string? segment, string? preset, string? unit, CancellationToken cancellationToken)
    {
        var schemas = await SchemasAsync(dataset, asOf, layer, segment, cancellationToken).ConfigureAwait(false);
        var found = ImmutableArray.CreateBuilder<RuleSuggestion>();
        foreach (var (segments, example) in schemas.Take(MaxSchemas))
        {
            if (await LayerAsync(dataset, asOf, example, layer, cancellationToken).ConfigureAwait(false) is { } registered)
            {
                var look = await _looks.OfAsync(registered, cancellationToken).ConfigureAwait(false);
                found.Add(Suggest(look, segments, example, layer, preset, unit));
            }
        }

        return new([.. found.GroupBy(f => f.Match is null ? null : Text(f.Match)).SelectMany(g => g.Key is null ? [.. g] : new[] { g.First() with { Segments = g.Sum(f => f.Segments) } })],
            Math.Max(0, schemas.Count - MaxSchemas));
    }

    internal static RuleSuggestion Suggest(RecordingLook look, int segments, string example, string layer, string? preset, string? unit)
    {
        var matches = RulePresets.All.Where(p => preset is null || p.Name == preset).Select(p => p.Find(look, layer, unit)).OfType<PresetMatch>().ToList();
        return new(
            segments,
            example,
            matches.FirstOrDefault(),
            [.. matches.Skip(1).Select(m => m.Preset)],
            [.. look.Joints.Select(c => new JointColumn(c.ToString(), look.InstancesOf(c)))]);
    }

    private static string Text(PresetMatch match) => string.Join('\n', match.Rules.Select(r => $"{r.Rule} {r.OutputLayer} {r.Parameters.Text}"));

    /// <summary>How many segments have each schema, and the last of them; the most common schema first.</summary>
    private async Task<List<(int Segments, string Example)>> SchemasAsync(DatasetId dataset, long? asOf, string layer, string? segment, CancellationToken cancellationToken)
    {
        var query = new TableQuery(segment is null ? null : [segment], asOf) { Columns = [SegmentColumn, SchemaColumn], Layers = [layer] };
        var table = await manifest.ReadAsync(dataset, query, cancellationToken).ConfigureAwait(false);
        var (segments, hashes) = ((StringArray)table.Column(SegmentColumn), (FixedSizeBinaryArray)table.Column(SchemaColumn));
        return [.. Enumerable.Range(0, table.Length)
            .Select(row => (Segment: segments.GetString(row)!, Schema: Convert.ToHexString(hashes.GetBytes(row))))
            .GroupBy(r => r.Schema, StringComparer.Ordinal)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Count(), g.Last().Segment))];
    }

    private async Task<LayerRegistered?> LayerAsync(DatasetId dataset, long? asOf, string segment, string layer, CancellationToken cancellationToken)
    {
        var streams = await events.ReadStreamsAsync([StreamIds.Segment(dataset, segment)], cancellationToken).ConfigureAwait(false);
        return SegmentLayers.Of(streams[0].Events.Where(e => asOf is not { } position || e.Position <= position)).Find(layer);
    }
}
