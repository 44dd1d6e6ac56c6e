using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Strata.Arrow;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Bench;

/// <summary>
/// The events of segments as registration and the two how-to rules write them, without doing that work for each: facts and blobs are those of one
/// small recording and its two derived layers, made by the real writer, inspector and derivers; names, fingerprints and positions differ by segment.
/// </summary>
internal static class SyntheticEvents
{
    public const int BaseOnly = 1;

    /// <summary>Base, tracking error with its evaluation, quality with its evaluation.</summary>
    public const int AllLayers = 5;

    public static readonly DatasetId Dataset = new("0198c0de000070008000000000000001");

    public const string DatasetName = "bench";

    private const int Robots = 50;

    private static readonly EventSource Cli = new("cli", "bench");
    private static readonly EventSource Rule = new("rule", null);
    private static readonly Layer BaseLayer = Layer.Of(JointRecording.Write(JointRecording.Chunks(60, 7, 60), "template", useLz4: true));
    private static readonly Layer ErrorLayer = Derive(new TrackingErrorDeriver(), 0, "base", BaseLayer);
    private static readonly Layer QualityLayer = Derive(new QualityDeriver(), 1, "tracking_error", ErrorLayer);

    public static string Segment(int number) => string.Create(CultureInfo.InvariantCulture, $"bench_{number:D6}");

    /// <summary>The smallest event that a table shows.</summary>
    public static Append Rename(int number) => new(
        $"rename-{number}", [new(StreamIds.Dataset(Dataset), StreamAppend.AnyVersion, [new DatasetRenamed(Dataset, $"{DatasetName} {number}", Cli)])], [], []);

    public static Append Declare() => new(
        "declare",
        [
            new(StreamIds.Dataset(Dataset), 0,
            [
                new DatasetCreated(Dataset, DatasetName, KeepMode.Auto),
                .. HowToRules.Definitions.Select(r => new RuleDeclared(Dataset, r.Rule, 1, r.Deriver, r.Inputs, r.OutputLayer, r.Parameters)),
            ]),
        ],
        [],
        []);

    /// <summary>One append for <paramref name="count"/> segments from number <paramref name="first"/> on.</summary>
    /// <param name="eventsPerSegment"><see cref="BaseOnly"/> or <see cref="AllLayers"/>.</param>
    /// <param name="segments">In the dataset: a number beyond it is another content of a segment that is there.</param>
    /// <param name="isFromRobots">Each recording comes from one of some robots, and not from a person.</param>
    public static Append Append(string commandId, int first, int count, int eventsPerSegment, int segments = int.MaxValue, bool isFromRobots = false)
    {
        var streams = ImmutableArray.CreateBuilder<StreamAppend>(2 * count);
        var blobs = new List<Blob>(9 * count);
        for (var number = first; number < first + count; number++)
        {
            var (round, place) = Math.DivRem(number, segments);
            var segment = Segment(place);
            ImmutableArray<StrataEvent> layers = [.. (eventsPerSegment == BaseOnly ? [Base(number, isFromRobots)] : new[] { Base(number, isFromRobots), TrackingError(number), Quality(number) }).Select(layer => layer with { Segment = segment })];
            streams.Add(new(StreamIds.Segment(Dataset, segment), round * layers.Length, layers));
            if (eventsPerSegment == AllLayers)
            {
                streams.Add(new(StreamIds.Evaluation(Dataset, segment), round * 2, [Done((LayerRegistered)layers[1]), Done((LayerRegistered)layers[2])]));
            }

            foreach (var (layer, facts) in layers.Zip([BaseLayer, ErrorLayer, QualityLayer]))
            {
                facts.AddBlobs((LayerRegistered)layer, number, blobs);
            }
        }

        return new(commandId, streams.ToImmutable(), [], [.. blobs.DistinctBy(b => b.Hash)]);
    }

    public static LayerRegistered Base(int number, bool isFromRobot = false) => BaseLayer.Registered(number, "base", LayerOrigin.Given, isFromRobot ? Robot(number) : Cli, null);

    public static LayerRegistered TrackingError(int number) =>
        ErrorLayer.Registered(number, "tracking_error", LayerOrigin.Derived, Rule, ErrorLayer.ProvenanceFrom("base", BaseLayer.Fingerprint(number)));

    private static EventSource Robot(int number) => new("robot", string.Create(CultureInfo.InvariantCulture, $"arm-{number % Robots:D2}"));

    private static LayerRegistered Quality(int number) =>
        QualityLayer.Registered(number, "quality", LayerOrigin.Derived, Rule, QualityLayer.ProvenanceFrom("tracking_error", ErrorLayer.Fingerprint(number)));

    private static DerivationDone Done(LayerRegistered layer)
    {
        var p = layer.Provenance!;
        var work = WorkIds.Of(Dataset, layer.Segment, p.Rule, p.Revision, p.Inputs);
        return new(Dataset, layer.Segment, p.Rule, p.Revision, work, layer.Layer, layer.Fingerprint, "derived", p.Inputs, p.RowsUsed, p.RowsDropped, 1);
    }

    private static Layer Derive(IDeriver deriver, int rule, string inputName, Layer input)
    {
        var definition = HowToRules.Definitions[rule];
        var loaded = InputLayerLoader.LoadAsync(
            new DerivationInput(inputName, input.Fingerprint(0)),
            input.Facts.ApplicationId,
            new ArrowStreamReader(input.Facts.SchemaIpc).Schema,
            ManifestTable.Read(RecordBatch.FromIpcStream(input.Facts.ChunkIndexIpc)),
            new MemoryBytes(input.File),
            deriver,
            definition.Parameters,
            CancellationToken.None).GetAwaiter().GetResult();
        var request = new DerivationRequest(Dataset, "template", definition.Rule, 1, definition.OutputLayer, definition.Parameters, [loaded]);
        return deriver.Derive(request, CancellationToken.None) is Derivation.Derived derived
            ? Layer.Of(derived.Rrd) with { Provenance = derived.Provenance }
            : throw new InvalidOperationException($"{deriver.Name} was expected to derive a layer");
    }

    /// <summary>A layer of the template, and how it looks in another segment.</summary>
    private sealed record Layer(ReadOnlyMemory<byte> File, RecordingFacts Facts, Provenance? Provenance)
    {
        public static Layer Of(ReadOnlyMemory<byte> file) =>
            new(file, new RecordingInspector().InspectAsync(new MemoryBytes(file), StoreKind.Recording, CancellationToken.None).GetAwaiter().GetResult().Recordings[0], null);

        public Sha256Digest Fingerprint(int number) => Named($"{Facts.Fingerprint.Value}/{number.ToString(CultureInfo.InvariantCulture)}");

        public Provenance ProvenanceFrom(string layer, Sha256Digest fingerprint) =>
            Provenance! with { Inputs = new[] { new DerivationInput(layer, fingerprint) }.ToEquatableArray() };

        public LayerRegistered Registered(int number, string layer, LayerOrigin origin, EventSource source, Provenance? provenance)
        {
            var segment = Segment(number);
            var location = $"/recordings/{segment}_{layer}.rrd";
            return new(
                Dataset, segment, layer, "rrd", Facts.ApplicationId, $"file://{location}", new KeptBytes(KeepMode.Reference, location, 1_745_000_000_000_000_000, Facts.Fingerprint),
                File.Length, Facts.SizeBytes, Fingerprint(number), null, Facts.ChunkCount, Facts.SchemaSha256, Sha256Digest.Of(Facts.SchemaIpc.Span),
                Facts.PropertiesIpc is { } properties ? Own(properties, number).Hash : null, Own(Facts.ChunkIndexIpc, number).Hash, Facts.IndexRanges.ToEquatableArray(), source, null, origin, provenance);
        }

        public void AddBlobs(LayerRegistered layer, int number, List<Blob> blobs)
        {
            blobs.Add(new(layer.SchemaBlob, Facts.SchemaIpc));
            blobs.Add(Own(Facts.ChunkIndexIpc, number));
            if (Facts.PropertiesIpc is { } properties)
            {
                blobs.Add(Own(properties, number));
            }
        }

        /// <summary>Each segment has blobs of its own in a real log: here the number behind the end of the stream, where no reader looks, makes them different.</summary>
        private static Blob Own(ReadOnlyMemory<byte> ipc, int number) => Blob.Of((byte[])[.. ipc.Span, .. BitConverter.GetBytes(number)]);

        private static Sha256Digest Named(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text));
    }
}
