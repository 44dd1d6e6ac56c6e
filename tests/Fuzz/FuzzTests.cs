using System.Globalization;

namespace Strata.Fuzz.Tests;

/// <summary>
/// Every reader of untrusted bytes, attacked with mutated inputs. Unless told how long, the inputs are those of one seed, so that a change fails only by what
/// it changed; whoever says how long searches, and meets a new seed each time. It is printed with a finding.
/// <list type="bullet">
/// <item><c>STRATA_FUZZ=10m</c> (s, m or h): how long, all readers together; 60 s unless told.</item>
/// <item><c>STRATA_FUZZ_SEED=…</c>: the same inputs as the run that printed it.</item>
/// <item><c>STRATA_FUZZ_REPLAY=FILE</c>: reads one input again. Its name starts with its reader's; what killed a process lies in <c>READER-PROCESS.current</c>.</item>
/// <item><c>STRATA_FUZZ_CRASHES=FOLDER</c>: where inputs are left.</item>
/// </list>
/// </summary>
public class FuzzTests(ITestOutputHelper output)
{
    private const int DefaultSeed = 41;

    private static readonly TimeSpan Default = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    public static TheoryData<string> Crashes => [.. Directory.GetFiles(Path.Combine(Corpus.Tests(), "Fuzz", "Crashes")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_reader_gives_right_values_or_a_typed_error_within_its_bounds(string name)
    {
        var time = Time();
        var seed = Environment.GetEnvironmentVariable("STRATA_FUZZ_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture)
            : time is null ? DefaultSeed : Random.Shared.Next();
        var run = new FuzzRun(FuzzTarget.All.Single(target => target.Name == name), seed);

        await run.RunAsync((time ?? Default) / FuzzTarget.All.Count, TestContext.Current.CancellationToken);

        output.WriteLine($"{name}: {run.Count} inputs, {run.Outcomes} outcomes, seed {seed}");
        run.Outcomes.ShouldBeGreaterThan(10, "a fuzzer that hears the same answer again and again does not reach the reader");
    }

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task What_once_broke_a_reader_is_read_or_refused(string file) =>
        await ReadAsync(file, await File.ReadAllBytesAsync(Path.Combine(Corpus.Tests(), "Fuzz", "Crashes", file), TestContext.Current.CancellationToken));

    [Fact]
    public async Task An_input_that_was_found_is_read_again()
    {
        var path = Environment.GetEnvironmentVariable("STRATA_FUZZ_REPLAY");
        if (string.IsNullOrEmpty(path))
        {
            Assert.Skip("STRATA_FUZZ_REPLAY names no input; set it to a file that a finding named");
        }
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        await ReadAsync(Path.GetFileName(path), path.EndsWith(".current", StringComparison.Ordinal) ? CurrentInput.Read(bytes) : bytes);
    }

    private static Task<long> ReadAsync(string file, byte[] input)
    {
        var target = FuzzTarget.All.Single(target => file.StartsWith(target.Name, StringComparison.Ordinal));
        return Rrd.Tests.Hostile.Probe.MeasureAsync(input.Length, () => target.RunAsync(input), file);
    }

    private static TimeSpan? Time()
    {
        var given = Environment.GetEnvironmentVariable("STRATA_FUZZ");
        if (string.IsNullOrEmpty(given))
        {
            return null;
        }
        var number = double.Parse(given.AsSpan(0, given.Length - 1), CultureInfo.InvariantCulture);
        return given[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => throw new FormatException($"STRATA_FUZZ is a number and s, m or h, such as 10m; found '{given}'."),
        };
    }
}
