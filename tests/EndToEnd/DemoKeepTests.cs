using System.Diagnostics;
using Strata.Rrd.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary><c>./demo --keep</c>: what it prints at its end is true for as long as it serves.</summary>
public sealed class DemoKeepTests : IAsyncLifetime
{
    private const string LastLineOfPython = "  print(";

    private readonly string _data = Directory.CreateTempSubdirectory("strata-keep-").FullName;
    private readonly List<string> _lines = [];
    private Process _demo = null!;
    private Task<string> _errors = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _demo = Process.Start(StrataProgram.StartInfo(_data, "demo", "--keep", "--samples", Samples.Folder))!;
        _errors = _demo.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await _demo.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            _lines.Add(line);
            if (line.StartsWith(LastLineOfPython, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"the demo ended: {await _errors}{string.Join('\n', _lines)}");
    }

    public async ValueTask DisposeAsync()
    {
        _demo.Kill();
        await _demo.WaitForExitAsync(CancellationToken.None);
        await _errors;
        _demo.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task The_link_that_it_prints_is_the_one_that_open_finds()
    {
        var opened = await StrataProgram.RunAsync(_data, "open", "sample_5", Samples.Segments[0], "--print");

        opened.Code.ShouldBe(0, opened.Error);
        _lines.Where(line => line.Contains("segment_id=", StringComparison.Ordinal)).ShouldHaveSingleItem().Trim().ShouldBe(opened.Out.Trim());
    }

    [Fact]
    public async Task Its_three_lines_of_Python_show_every_segment_with_its_layers()
    {
        var python = _lines[^3..].Select(line => line[2..]).ToList();
        python[0].ShouldBe("from rerun.catalog import CatalogClient");

        var printed = await RerunSdk.PythonAsync(string.Join('\n', ["import os; os.environ['COLUMNS'] = '200'", .. python]));

        Samples.Segments.ShouldAllBe(segment => printed.Contains(segment, StringComparison.Ordinal));
        printed.Split("base, tracking_error, quality").Length.ShouldBe(Samples.Segments.Length + 1);
    }
}
