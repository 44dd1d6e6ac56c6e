using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar.Tests;

/// <summary>Events and states of one segment for tests of decisions.</summary>
internal static class Events
{
    public static readonly DatasetId Dataset = DatasetId.Parse(new string('d', 32));
    public const string Segment = "run-1";
    public static readonly EventSource Someone = new("cli", "ada");

    public static Sha256Digest Hash(string of) => Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(of));

    public static LayerContent Content(string content) =>
        new("app", Hash(content), 100, 1, Hash("schema"), Hash("schema-blob"), null, Hash("chunks"), []);

    public static LayerRegistered Given(string layer, string content) => new(
        Dataset, Segment, layer, "rrd", "app", $"file:///{layer}-{content}.rrd", Kept(content), 1, 1, Hash(content), null, 1,
        Hash("schema"), Hash("schema-blob"), null, Hash("chunks"), [], Someone, null, LayerOrigin.Given, null);

    /// <summary>Made by the rule of the layer's name.</summary>
    public static LayerRegistered Derived(string layer, string content, params DerivationInput[] inputs) => Given(layer, content) with
    {
        Origin = LayerOrigin.Derived,
        Provenance = new(layer, 1, layer, 1, 1, CanonicalJson.EmptyObject, [.. inputs], 1, []),
    };

    public static DerivationInput Input(string layer, string content) => new(layer, Hash(content));

    public static LayerUnregistered Gone(string layer, string content) => new(Dataset, Segment, layer, Hash(content), UnregisterReasons.Asked, Someone);

    public static RuleDeclared Rule(string output, int revision, params string[] inputs) =>
        new(Dataset, output, revision, output, [.. inputs], output, CanonicalJson.EmptyObject);

    public static SegmentState SegmentAfter(params StrataEvent[] events) =>
        events.Index().Aggregate(SegmentState.Empty, (state, e) => state.Apply(e.Item, e.Index + 1));

    public static DatasetState DatasetAfter(params StrataEvent[] events) =>
        events.Index().Aggregate(DatasetState.Empty, (state, e) => state.Apply(e.Item, e.Index + 1));

    public static EvaluationState EvaluationsAfter(params StrataEvent[] events) =>
        events.Index().Aggregate(EvaluationState.Empty, (state, e) => state.Apply(e.Item, e.Index + 1));

    public static RegisterLayer Register(string layer, string content, OnDuplicate onDuplicate, bool isDelivery = false) => new(
        Dataset, Segment, layer, Content(content), $"file:///{layer}-{content}.rrd", new KeptFile(Kept(content), 1, null), onDuplicate, isDelivery, Someone);

    public static KeptBytes Kept(string content) => new(KeepMode.Copy, $"recordings/{content}", null, null);

    public static Evaluation.Derived Result(string layer, string content, int revision, params DerivationInput[] inputs) => new(
        Dataset, Segment, layer, revision, WorkIds.Of(Dataset, Segment, layer, revision, [.. inputs]), [.. inputs], layer,
        new KeptFile(Kept(content), 1, null), Facts(content), Derived(layer, content, inputs).Provenance!, "derived", 1);

    public static Evaluation.Skipped Skip(string rule, string reason, Sha256Digest? schema, params DerivationInput[] inputs) =>
        new(Dataset, Segment, rule, 1, WorkIds.Of(Dataset, Segment, rule, 1, [.. inputs]), [.. inputs], reason, "in words", [], schema);

    public static Evaluation.Failed Failure(string rule, int attempt, params DerivationInput[] inputs) =>
        new(Dataset, Segment, rule, 1, WorkIds.Of(Dataset, Segment, rule, 1, [.. inputs]), [.. inputs], FailureReasons.Unexpected, "in words", attempt);

    private static RecordingFacts Facts(string content) =>
        new(Segment, "app", Hash(content), 100, 1, Hash("schema"), ReadOnlyMemory<byte>.Empty, null, ReadOnlyMemory<byte>.Empty, []);
}
