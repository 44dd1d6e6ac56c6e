using BenchmarkDotNet.Attributes;
using Strata.Contracts;

namespace Strata.Bench;

/// <summary>The JSON of one event as it lies in the log.</summary>
[MemoryDiagnoser]
public class EventJsonBenchmarks
{
    private static readonly StrataEvent Given = SyntheticEvents.Base(0);
    private static readonly StrataEvent Derived = SyntheticEvents.TrackingError(0);
    private static readonly byte[] GivenJson = EventJson.Serialize(Given);
    private static readonly byte[] DerivedJson = EventJson.Serialize(Derived);

    public static int One => 1;

    [Benchmark]
    [Work(nameof(One), "events")]
    public int Write_given_layer() => EventJson.Serialize(Given).Length;

    [Benchmark]
    [Work(nameof(One), "events")]
    public StrataEvent Read_given_layer() => EventJson.Deserialize("layer_registered", GivenJson);

    [Benchmark]
    [Work(nameof(One), "events")]
    public int Write_derived_layer() => EventJson.Serialize(Derived).Length;

    [Benchmark]
    [Work(nameof(One), "events")]
    public StrataEvent Read_derived_layer() => EventJson.Deserialize("layer_registered", DerivedJson);
}
