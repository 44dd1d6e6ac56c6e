using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A segment of the dataset 'arms' as its events, its evaluations and its open work leave it, and what is told of it.</summary>
public abstract class ToldSegment
{
    private protected const string Segment = "NORDA_1";
    private protected const long SecondNs = 1_000_000_000;

    private protected static readonly DatasetId Dataset = DatasetId.Parse(new string('a', 32));

    private protected readonly List<RecordedEvent> _segment = [];
    private protected readonly List<RecordedEvent> _dataset = [];
    private protected readonly List<EvaluationRow> _evaluations = [];
    private protected readonly List<WorkItem> _open = [];
    private protected readonly Dictionary<Sha256Digest, WorkAttempts> _attempts = [];
    private protected readonly Dictionary<string, IReadOnlyList<string>> _paths = [];
    private protected readonly Dictionary<LayerName, long> _yieldedTo = [];
    private protected readonly Dictionary<string, RecordBatch> _properties = [];
    private protected long _position;

    private protected WhyAnswer Tell(string? layer) =>
        WhyStory.Tell(new(Dataset, "arms", Segment, _segment, _dataset, _evaluations, _open, _attempts, _paths, 100 * SecondNs) { YieldedTo = _yieldedTo, Properties = _properties }, layer);

    private protected static RecordBatch Texts(params (string Name, string Value)[] columns) => new(
        new Schema([.. columns.Select(c => new Field(c.Name, new ListType(StringType.Default), nullable: true))]), [.. columns.Select(c => ListArray.OfUniformLength(StringArray.From(c.Value), 1))], 1);

    private protected void Declare(string rule = "tracking_error", string input = "base") =>
        Add(_dataset, new RuleDeclared(Dataset, rule, 1, rule, [input], rule, CanonicalJson.EmptyObject));

    private protected void Retire(string rule = "tracking_error") => Add(_dataset, new RuleRetired(Dataset, rule, new("cli", "maria")));

    private protected LayerRegistered Give(string layer, string content = "content") => Register(layer, $"{layer} {content}", null);

    private protected LayerRegistered Derive(LayerRegistered @base) => Register("tracking_error", "derived", new(
        "tracking_error", 1, "tracking_error", 4, 1, CanonicalJson.Parse("""{"unit":"rad"}"""), [new(@base.Layer, @base.Fingerprint)], 90, [new(DropReasons.NonFinite, 10)]));

    private protected LayerRegistered Register(string layer, string content, Provenance? provenance)
    {
        var digest = Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(content));
        var registered = new LayerRegistered(
            Dataset, Segment, layer, "rrd", "app", $"file:///{layer}.rrd", new(KeepMode.Copy, "k", null, null), 1, 1, digest, digest, 1, digest, digest, null, digest, [],
            new("cli", "maria"), null, provenance is null ? LayerOrigin.Given : LayerOrigin.Derived, provenance);
        Add(_segment, registered);
        return registered;
    }

    private protected WorkItem Open(LayerRegistered @base)
    {
        EquatableArray<DerivationInput> inputs = [new(@base.Layer, @base.Fingerprint)];
        var item = new WorkItem(WorkIds.Of(Dataset, Segment, "tracking_error", 1, inputs), Dataset, Segment, "tracking_error", 1, inputs, @base.SchemaSha256, _position);
        _open.Add(item);
        return item;
    }

    private protected EvaluationRow Evaluation(string segment, string outcome, string reason, string detail) => new(
        Dataset, segment, "tracking_error", 1, "tracking_error", outcome, reason, detail, segment.Length == 0 ? null : Sha256Digest.Of([1]), [], 0, [], 1, ++_position, _position * SecondNs, true);

    private protected void Add(List<RecordedEvent> stream, StrataEvent @event) =>
        stream.Add(new(++_position, Guid.NewGuid(), "stream", stream.Count + 1, EventTypes.NameOf(@event), _position * SecondNs, "command", @event));
}
