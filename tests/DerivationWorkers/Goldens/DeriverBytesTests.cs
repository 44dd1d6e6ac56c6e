using System.Diagnostics;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Rule 7 of the derivers that write a property: the same bytes on every machine, with and without its vector instructions.</summary>
public class DeriverBytesTests
{
    private static readonly IDeriver[] Derivers =
        [new GapsDeriver(), new MotionDeriver(), new StaticJointsDeriver(), new RangeDeriver(), new CompletenessDeriver(), new SmoothnessDeriver(), new LagDeriver(), new VerdictDeriver()];

    public static TheoryData<string> Names => [.. Derivers.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_layer_of_a_sample_has_the_golden_bytes(string name)
    {
        var golden = TestRecordings.Json(TestRecordings.InRepository("tests", "DerivationWorkers", "Goldens", "derived-properties.json"));
        var file = await File.ReadAllBytesAsync(TestRecordings.Sample(TestRecordings.SampleSegments[0]), TestContext.Current.CancellationToken);
        var deriver = Derivers.Single(d => d.Name == name);
        var parameters = name switch
        {
            CompletenessDeriver.DeriverName => """{"entities":["/action/joint_positions","/camera/left"]}""",
            VerdictDeriver.DeriverName => """{"good":"RecordingInfo:start_time is not null"}""",
            _ => "{}",
        };

        var derived = (await DerivedProperty.DeriveAsync(deriver, file, parameters)).ShouldBeOfType<Derivation.Derived>();

        Sha256Digest.Of(derived.Rrd.Span).Value.ShouldBe(golden.GetProperty(name).GetString(), "a changed byte needs a new deriver version or writer profile");
    }

    [Fact]
    public async Task Without_vector_instructions_the_bytes_are_the_same()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(DeriverBytesTests).Assembly.Location);
        }

        foreach (var argument in new[] { "-noColor", "-method", $"{typeof(DeriverBytesTests).FullName}.{nameof(The_layer_of_a_sample_has_the_golden_bytes)}" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_EnableHWIntrinsic"] = "0";
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        child.ExitCode.ShouldBe(0, output + await errors);
        output.ShouldContain($"Total: {Derivers.Length}, Errors: 0, Failed: 0, Skipped: 0");
    }
}
