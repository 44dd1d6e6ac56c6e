using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Strata.Bench;

/// <summary>How much one call of a benchmark does, so that its result can be told as work a second.</summary>
/// <param name="member">Static property of the benchmark's class that gives the amount a call.</param>
/// <param name="unit">Of the amount: <c>MB</c>, <c>GB</c>, <c>rows</c>, <c>events</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WorkAttribute(string member, string unit) : Attribute
{
    public string Member { get; } = member;

    public string Unit { get; } = unit;

    /// <summary>Null for a benchmark whose time says it all.</summary>
    public static (double Amount, string Unit)? Of(BenchmarkCase benchmark)
    {
        var method = benchmark.Descriptor.WorkloadMethod;
        if (GetCustomAttribute(method, typeof(WorkAttribute)) is not WorkAttribute work)
        {
            return null;
        }

        var amount = method.DeclaringType!.GetProperty(work.Member)!.GetValue(null)!;
        return (Convert.ToDouble(amount, CultureInfo.InvariantCulture), work.Unit);
    }
}

internal sealed class WorkColumn : IColumn
{
    private const double NanosecondsPerSecond = 1e9;

    public string Id => nameof(WorkColumn);

    public string ColumnName => "Work/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Median work a second";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        WorkAttribute.Of(benchmarkCase) is { } work && summary[benchmarkCase]?.ResultStatistics is { } statistics
            ? $"{(work.Amount / statistics.Median * NanosecondsPerSecond).ToString("N2", CultureInfo.InvariantCulture)} {work.Unit}"
            : "";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
