using Strata.Registrar;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Looks at a recording as <c>rule suggest</c> does, and derives with what was suggested.</summary>
internal static class Looking
{
    public static async Task<RecordingLook> OfAsync(ReadOnlyMemory<byte> file)
    {
        var bytes = new MemoryBytes(file);
        var reader = await RrdReader.OpenAsync(bytes, TestContext.Current.CancellationToken);
        var store = reader.Contents.Recordings.First();
        return await RecordingLooks.OfAsync(RecordingLook.ColumnsOf(store.Schema), store.Manifest, bytes, TestContext.Current.CancellationToken);
    }

    public static async Task<RuleSuggestion> SuggestAsync(ReadOnlyMemory<byte> file, string? unit = null, string? preset = null) =>
        RuleSuggester.Suggest(await OfAsync(file), 1, "segment_1", "base", preset, unit);

    /// <summary>The suggested preset, which is expected to be this one.</summary>
    public static async Task<PresetMatch> MatchAsync(ReadOnlyMemory<byte> file, string preset, string? unit = null)
    {
        var match = (await SuggestAsync(file, unit)).Match.ShouldNotBeNull();
        match.Preset.ShouldBe(preset);
        return match;
    }

    public static Task<ReadOnlyMemory<byte>> LayoutAsync(string name) => ReadAsync(TestRecordings.JointLayout(name));

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string path) => await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

    /// <summary>Derives as the rule says, with its layer and property named as it says.</summary>
    public static async Task<Derivation> DeriveAsync(RuleDefinition rule, params ReadOnlyMemory<byte>[] inputs)
    {
        IDeriver deriver = rule.Deriver == QualityDeriver.DeriverName ? new QualityDeriver() : new TrackingErrorDeriver();
        deriver.RefuseParameters(rule.Parameters).ShouldBeNull();
        var loaded = new List<LoadedInput>();
        foreach (var (file, layer) in inputs.Zip(rule.Inputs))
        {
            loaded.Add(await Deriving.LoadAsync(file, layer, deriver, rule.Parameters));
        }

        var request = new DerivationRequest(Deriving.Dataset, loaded[0].Segment, rule.Rule, 1, rule.OutputLayer, rule.Parameters, [.. loaded.Select(l => l.Layer)]);
        return deriver.Derive(request, TestContext.Current.CancellationToken);
    }
}
