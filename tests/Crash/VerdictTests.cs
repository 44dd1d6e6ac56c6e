using System.Security.Cryptography;
using Strata.Crash.Life;

namespace Strata.Crash.Tests;

/// <summary>The judge sees each of the faults that it is there for.</summary>
public sealed class VerdictTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-verdict-").FullName;
    private readonly Fact[] _whole;

    public VerdictTests()
    {
        byte[] bytes = [1, 2, 3];
        var location = Path.Combine("recordings", Convert.ToHexStringLower(SHA256.HashData(bytes)) + ".rrd");
        Directory.CreateDirectory(Path.Combine(_folder, "recordings"));
        File.WriteAllBytes(Path.Combine(_folder, location), bytes);
        _whole = [Of(1, "layer_registered", "s/base", location, work: null), Of(2, "derivation_done", layer: null, location: null, "w")];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_stands_as_without_faults_is_clean() => (await JudgeAsync(_whole)).ShouldBeClean("nothing was killed");

    [Fact]
    public async Task An_acknowledged_call_that_the_log_does_not_hold_is_lost() => (await JudgeAsync(_whole, "acknowledged call 9")).Lost.ShouldHaveSingleItem();

    [Fact]
    public async Task An_event_that_a_run_without_faults_has_is_lost() => (await JudgeAsync(_whole[..1])).Lost.ShouldHaveSingleItem();

    [Fact]
    public async Task A_layer_that_is_registered_twice_is_doubled() =>
        (await JudgeAsync([.. _whole, _whole[0] with { Position = 3, EventId = Guid.NewGuid(), Version = 3 }])).Doubled.ShouldContain("s/base");

    [Fact]
    public async Task A_file_that_is_not_whole_is_half()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, _whole[0].Location!), [1, 2], TestContext.Current.CancellationToken);
        (await JudgeAsync(_whole)).Halves.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_file_that_no_event_names_is_half()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "recordings", "left.tmp"), [1], TestContext.Current.CancellationToken);
        (await JudgeAsync(_whole)).Halves.ShouldHaveSingleItem();
    }

    private static Fact Of(long position, string type, string? layer, string? location, string? work) =>
        new(position, Guid.NewGuid(), "call", "stream", position, type, layer, Fingerprint: null, location, work, Outcome: null);

    private Task<Verdict> JudgeAsync(Fact[] stands, params string[] lines) =>
        Verdict.OfAsync(lines, new Account([.. stands], []), new Account([.. _whole], []), _folder);
}
