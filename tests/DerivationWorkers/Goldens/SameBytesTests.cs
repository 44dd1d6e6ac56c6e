using System.Diagnostics;
using System.Runtime.Intrinsics;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Rule 7: same inputs, parameters, deriver version and writer profile give the same bytes on every machine.</summary>
public class SameBytesTests
{
    private const string VectorSwitch = "DOTNET_EnableHWIntrinsic";
    private const string AvxSwitch = "DOTNET_EnableAVX";

    public static TheoryData<string> Segments => [.. TestRecordings.SampleSegments];

    [Theory]
    [MemberData(nameof(Segments))]
    public async Task Derived_layers_of_the_samples_have_the_golden_bytes(string segment)
    {
        var golden = TestRecordings.Json(TestRecordings.InRepository("tests", "DerivationWorkers", "Goldens", "derived-layers.json")).GetProperty(segment);

        var tracking = (await Deriving.TrackingErrorAsync(TestRecordings.Sample(segment))).ShouldBeOfType<Derivation.Derived>();
        var quality = (await Deriving.QualityAsync(tracking.Rrd)).ShouldBeOfType<Derivation.Derived>();

        (Sha256Digest.Of(tracking.Rrd.Span).Value, Sha256Digest.Of(quality.Rrd.Span).Value)
            .ShouldBe((golden.GetProperty("tracking_error").GetString()!, golden.GetProperty("quality").GetString()!), "a changed byte needs a new deriver version or writer profile");
    }

    [Fact]
    public async Task Deriving_twice_gives_the_same_bytes()
    {
        var path = TestRecordings.JointLayout("lerobot_names");
        var parameters = JointLayout.Of("lerobot_names").Parameters("\"unit\":\"deg\",\"wrap\":true,\"perJoint\":true");

        var first = (await Deriving.TrackingErrorAsync(path, parameters)).ShouldBeOfType<Derivation.Derived>();
        var second = (await Deriving.TrackingErrorAsync(path, parameters)).ShouldBeOfType<Derivation.Derived>();

        second.Rrd.Span.SequenceEqual(first.Rrd.Span).ShouldBeTrue();
        second.Provenance.ShouldBe(first.Provenance);
    }

    [Theory]
    [InlineData(AvxSwitch)]
    [InlineData(VectorSwitch)]
    public async Task Without_vector_instructions_the_bytes_are_the_same(string vectors)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SameBytesTests).Assembly.Location);
        }

        foreach (var argument in new[]
        {
            "-noColor", "-method", $"{typeof(SameBytesTests).FullName}.{nameof(Derived_layers_of_the_samples_have_the_golden_bytes)}",
            "-method", $"{typeof(SameBytesTests).FullName}.{nameof(Vectors_are_off_where_the_environment_says_so)}",
        })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[vectors] = "0";
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        child.ExitCode.ShouldBe(0, output + await errors);
        output.ShouldContain($"Total: {TestRecordings.SampleSegments.Length + 1}, Errors: 0, Failed: 0, Skipped: 0");
    }

    [Fact]
    public void Vectors_are_off_where_the_environment_says_so()
    {
        var isOff = new[] { VectorSwitch, AvxSwitch }.Any(name => Environment.GetEnvironmentVariable(name) == "0");
        Vector256.IsHardwareAccelerated.ShouldBe(!isOff && (System.Runtime.Intrinsics.X86.Avx2.IsSupported));
    }
}
