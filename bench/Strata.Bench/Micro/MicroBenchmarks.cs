using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Strata.Bench;

/// <summary>Runs the BenchmarkDotNet classes in this process (no project is generated and built for them), and writes every raw sample.</summary>
internal static class MicroBenchmarks
{
    private const string Everything = "*";

    /// <summary>A fifth of the usual: enough to see a factor, which is what a quick run is for.</summary>
    private static readonly TimeInterval QuickIteration = TimeInterval.FromMilliseconds(100);

    public static int Run(IReadOnlyList<string> filters, bool quick, ResultFile results)
    {
        var job = (quick ? Job.ShortRun.WithIterationTime(QuickIteration) : Job.Default.WithWarmupCount(5).WithIterationCount(15))
            .WithToolchain(InProcessEmitToolchain.DontLogOutput);
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(job)
            .AddColumn(new WorkColumn())
            .AddColumn(StatisticColumn.Median, StatisticColumn.Min, StatisticColumn.Max)
            .WithOptions(ConfigOptions.DisableOptimizationsValidator | ConfigOptions.JoinSummary);
        string[] names = ["--filter", .. filters.Count > 0 ? filters : [Everything]];
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(names, config);
        var reports = summaries.SelectMany(summary => summary.Reports).OrderBy(report => report.BenchmarkCase.DisplayInfo, StringComparer.Ordinal).ToList();
        foreach (var report in reports)
        {
            Write(report, results);
        }

        return reports.Count > 0 && reports.TrueForAll(report => report.Success) ? 0 : 1;
    }

    private static void Write(BenchmarkReport report, ResultFile results)
    {
        var work = WorkAttribute.Of(report.BenchmarkCase);
        var name = $"{report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Replace('_', ' ')} {report.BenchmarkCase.Parameters.PrintInfo}".Trim();
        var label = $"{report.BenchmarkCase.Descriptor.Type.Name.Replace("Benchmarks", "", StringComparison.Ordinal)}: {name}";
        var run = 0;
        foreach (var sample in report.AllMeasurements.Where(m => m is { IterationMode: IterationMode.Workload, IterationStage: IterationStage.Result }))
        {
            run++;
            var seconds = sample.Nanoseconds / sample.Operations / 1e9;
            results.Add(new Sample(label, Side.Strata, run, seconds * 1e6, "µs/op"));
            if (work is { } done)
            {
                results.Add(new Sample(label, Side.Strata, run, done.Amount / seconds, $"{done.Unit}/s"));
            }
        }

        if (report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) is { } bytes)
        {
            results.Add(new Sample(label, Side.Strata, 0, bytes, "B allocated/op"));
        }
    }
}
