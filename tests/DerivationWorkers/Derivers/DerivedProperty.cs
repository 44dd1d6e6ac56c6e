using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>The property that a deriver wrote under its layer's name, read back from the file.</summary>
internal sealed record DerivedProperty(Derivation.Derived Derivation, Chunk Chunk)
{
    public static async Task<DerivedProperty> OfAsync(IDeriver deriver, ReadOnlyMemory<byte> file, string parameters = "{}")
    {
        var derived = (await DeriveAsync(deriver, file, parameters)).ShouldBeOfType<Derivation.Derived>();
        var chunks = await Deriving.ChunksAsync(derived.Rrd);
        chunks.ShouldAllBe(chunk => chunk.IsStatic);
        return new(derived, chunks.Single(c => c.EntityPath == EntityPath.Properties.Append(deriver.Name)));
    }

    public static async Task<DerivedProperty> OfAsync(IDeriver deriver, string path, string parameters = "{}") =>
        await OfAsync(deriver, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken), parameters);

    public static async Task<Derivation> DeriveAsync(IDeriver deriver, ReadOnlyMemory<byte> file, string parameters = "{}")
    {
        var json = CanonicalJson.Parse(parameters);
        deriver.RefuseParameters(json).ShouldBeNull();
        return Deriving.Derive(deriver, json, await Deriving.LoadAsync(file, "base", deriver, json));
    }

    public static async Task<Derivation.Skipped> SkippedAsync(IDeriver deriver, ReadOnlyMemory<byte> file, string parameters = "{}") =>
        (await DeriveAsync(deriver, file, parameters)).ShouldBeOfType<Derivation.Skipped>();

    public bool Has(string component) => Chunk.Component(component) is not null;

    public double?[] Numbers(string component)
    {
        var array = Values(component).ShouldBeOfType<DoubleArray>();
        return [.. Enumerable.Range(0, array.Length).Select(i => array.IsNull(i) ? null : (double?)array.Values[i])];
    }

    public double? Number(string component) => Numbers(component).ShouldHaveSingleItem();

    public long?[] Counts(string component)
    {
        var array = Values(component).ShouldBeOfType<Int64Array>();
        return [.. Enumerable.Range(0, array.Length).Select(i => array.IsNull(i) ? null : (long?)array.Values[i])];
    }

    public long? Count(string component) => Counts(component).ShouldHaveSingleItem();

    public string?[] Texts(string component)
    {
        var array = Values(component).ShouldBeOfType<StringArray>();
        return [.. Enumerable.Range(0, array.Length).Select(array.GetString)];
    }

    public bool? Flag(string component) => Values(component).ShouldBeOfType<BooleanArray>().GetValue(0);

    private IArrowArray Values(string component) => Chunk.Component(component).ShouldNotBeNull(component).Lists.GetSlicedValues(0).ShouldNotBeNull(component);
}
