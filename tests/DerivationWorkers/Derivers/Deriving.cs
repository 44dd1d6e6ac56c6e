using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Runs derivers on files as the worker does, and reads what they wrote.</summary>
internal static class Deriving
{
    public static readonly DatasetId Dataset = DatasetId.Parse("0123456789abcdef0123456789abcdef");

    /// <param name="fingerprint">Null: of the file's bytes.</param>
    public static async Task<LoadedInput> LoadAsync(ReadOnlyMemory<byte> file, string layer, IDeriver deriver, CanonicalJson parameters, Sha256Digest? fingerprint = null)
    {
        var bytes = new MemoryBytes(file);
        var reader = await RrdReader.OpenAsync(bytes, TestContext.Current.CancellationToken);
        var store = reader.Contents.Recordings.First();
        return new(store.Id.RecordingId, await InputLayerLoader.LoadAsync(
            new(layer, fingerprint ?? Sha256Digest.Of(file.Span)), store.Id.ApplicationId, store.Schema, store.Manifest, bytes, deriver, parameters, TestContext.Current.CancellationToken));
    }

    public static DerivationRequest Request(IDeriver deriver, CanonicalJson parameters, LoadedInput input) =>
        new(Dataset, input.Segment, deriver.Name, 1, deriver.Name, parameters, [input.Layer]);

    public static Derivation Derive(IDeriver deriver, CanonicalJson parameters, LoadedInput input) =>
        deriver.Derive(Request(deriver, parameters, input), TestContext.Current.CancellationToken);

    public static async Task<Derivation> TrackingErrorAsync(string path, string parameters = "{}") =>
        await TrackingErrorAsync(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken), parameters);

    public static async Task<Derivation> TrackingErrorAsync(ReadOnlyMemory<byte> file, string parameters = "{}", Sha256Digest? fingerprint = null)
    {
        var deriver = new TrackingErrorDeriver();
        var json = CanonicalJson.Parse(parameters);
        return Derive(deriver, json, await LoadAsync(file, "base", deriver, json, fingerprint));
    }

    public static async Task<Derivation> QualityAsync(ReadOnlyMemory<byte> trackingError, string parameters = "{}")
    {
        var deriver = new QualityDeriver();
        var json = CanonicalJson.Parse(parameters);
        return Derive(deriver, json, await LoadAsync(trackingError, "tracking_error", deriver, json));
    }

    public static async Task<DerivedRows> RowsAsync(Derivation derivation, string entity = "/derived/tracking_error")
    {
        var derived = derivation.ShouldBeOfType<Derivation.Derived>();
        var chunks = await ChunksAsync(derived.Rrd);
        var chunk = chunks.Single(c => c.EntityPath == EntityPath.Parse(entity) && !c.IsStatic);
        var timeline = chunk.Timelines.Single();
        var lists = chunk.Component("Scalars:scalars")!.Lists;
        return new(timeline.Name, timeline.Kind, timeline.Times.ToArray(), ((DoubleArray)lists.Values).Values.ToArray(), derived);
    }

    public static async Task<List<Chunk>> ChunksAsync(ReadOnlyMemory<byte> file)
    {
        var reader = await RrdReader.OpenAsync(new MemoryBytes(file), TestContext.Current.CancellationToken);
        reader.Contents.UsedFooter.ShouldBeTrue();
        reader.Contents.Findings.ShouldBeEmpty();
        var chunks = new List<Chunk>();
        await foreach (var chunk in reader.ReadChunksAsync(reader.Contents.Recordings.Single(), TestContext.Current.CancellationToken))
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    public static async Task<IArrowArray?> PropertyAsync(Derivation derivation, string property, string component)
    {
        var chunks = await ChunksAsync(derivation.ShouldBeOfType<Derivation.Derived>().Rrd);
        return chunks.Single(c => c.EntityPath == EntityPath.Properties.Append(property)).Component(component)!.Lists.GetSlicedValues(0);
    }
}

internal sealed record LoadedInput(string Segment, InputLayer Layer);

internal sealed record DerivedRows(string Timeline, Strata.Rrd.TimelineKind Kind, long[] Times, double[] Errors, Derivation.Derived Derivation)
{
    public long Dropped(string reason) => Derivation.Provenance.RowsDropped.Where(d => d.Reason == reason).Sum(d => d.Count);
}
