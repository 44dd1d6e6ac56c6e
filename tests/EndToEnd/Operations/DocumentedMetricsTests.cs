using System.Text.Json;
using System.Text.RegularExpressions;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>What the page about operations and the dashboard call by name is measured, and what is measured stands there.</summary>
public sealed partial class DocumentedMetricsTests
{
    private static readonly string Docs = Path.Combine(Samples.Repository, "docs");

    private static readonly IReadOnlyList<Measured> InCode =
    [
        .. Directory.EnumerateFiles(Path.Combine(Samples.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(f => Instrument().Matches(File.ReadAllText(f)))
            .Select(m => new Measured(m.Groups["name"].Value, m.Groups["unit"].Value.Trim('"') is "null" ? "" : m.Groups["unit"].Value.Trim('"'), m.Groups["kind"].Value)),
    ];

    [Fact]
    public void Every_instrument_stands_in_the_page_with_its_unit_and_its_name_at_metrics_and_no_other_does()
    {
        InCode.Count.ShouldBeGreaterThan(15);
        var rows = Row().Matches(File.ReadAllText(Path.Combine(Docs, "operations.md"))).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value} {m.Groups[3].Value}");

        rows.Order(StringComparer.Ordinal).ShouldBe(InCode.Select(i => $"{i.Name} {i.AtMetrics} {i.Unit}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_metric_of_the_dashboard_and_of_the_alerts_is_measured()
    {
        var names = InCode.SelectMany(i => i.Series).Append("strata_metrics_dropped_total").ToHashSet(StringComparer.Ordinal);
        var dashboard = Dashboard().GetRawText();
        var asked = Name().Matches(dashboard).Concat(Name().Matches(File.ReadAllText(Path.Combine(Docs, "operations.md")))).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);

        asked.Count.ShouldBeGreaterThan(15);
        asked.Except(names).Except(InCode.Select(i => i.AtMetrics)).ShouldBeEmpty();
    }

    /// <summary>What only grows where something stands still is what somebody looks for at night.</summary>
    [Fact]
    public void Whatever_lies_behind_is_on_the_dashboard_and_what_lies_behind_for_long_in_an_alert()
    {
        var page = File.ReadAllText(Path.Combine(Docs, "operations.md"));
        var alerts = page[page.IndexOf("### Alerts", StringComparison.Ordinal)..page.IndexOf("## Traces", StringComparison.Ordinal)];
        var behind = InCode.Select(i => i.AtMetrics).Where(name => Behind().IsMatch(name)).ToList();

        behind.ShouldContain("strata_bus_relay_backlog");
        behind.Except(Name().Matches(Dashboard().GetRawText()).Select(m => m.Value)).ShouldBeEmpty();
        behind.Where(name => name.EndsWith("_seconds", StringComparison.Ordinal)).ShouldAllBe(name => alerts.Contains(name, StringComparison.Ordinal));
        alerts.ShouldContain("strata_bus_relay_active");
    }

    [Fact]
    public void The_dashboard_is_one_that_Grafana_imports()
    {
        var dashboard = Dashboard();
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();

        dashboard.GetProperty("schemaVersion").GetInt32().ShouldBeGreaterThanOrEqualTo(36);
        dashboard.GetProperty("title").GetString().ShouldBe("Strata");
        panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count().ShouldBe(panels.Count);
        var variables = dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Select(v => v.GetProperty("name").GetString()).ToList();
        variables.ShouldBe(["datasource", "instance"]);
        foreach (var panel in panels.Where(p => p.GetProperty("type").GetString() != "row"))
        {
            var at = panel.GetProperty("gridPos");
            (at.GetProperty("x").GetInt32() + at.GetProperty("w").GetInt32()).ShouldBeLessThanOrEqualTo(24);
            panel.GetProperty("description").GetString().ShouldNotBeNullOrEmpty();
            panel.GetProperty("datasource").GetProperty("uid").GetString().ShouldBe("${datasource}");
            var queries = panel.GetProperty("targets").EnumerateArray().ToList();
            queries.Select(q => q.GetProperty("refId").GetString()).Distinct().Count().ShouldBe(queries.Count);
            queries.ShouldAllBe(q => Balanced(q.GetProperty("expr").GetString()!));
        }
    }

    private static bool Balanced(string expression) => "()[]{}".Chunk(2).All(pair => expression.Count(c => c == pair[0]) == expression.Count(c => c == pair[1])) && expression.Length > 0;

    private static JsonElement Dashboard() => JsonElement.Parse(File.ReadAllText(Path.Combine(Docs, "grafana", "strata.json")));

    private sealed record Measured(string Name, string Unit, string Kind)
    {
        public string AtMetrics => MetricName.Of(Name, Unit.Length == 0 ? null : Unit, Kind is "Counter" or "ObservableCounter");

        public IEnumerable<string> Series => Kind == "Histogram" ? [AtMetrics + "_bucket", AtMetrics + "_sum", AtMetrics + "_count"] : [AtMetrics];
    }

    [GeneratedRegex("""Create(?<kind>Counter|Histogram|UpDownCounter|ObservableGauge|ObservableCounter|Gauge)(<\w+>)?\(\s*"(?<name>strata\.[^"]+)",\s*(\(\) => .*?,\s*)?(?<unit>"[^"]*"|null),""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"_(backlog|lag(_duration)?(_seconds)?|active)$")]
    private static partial Regex Behind();

    /// <summary>Meter, instrument, name at <c>/metrics</c>, unit.</summary>
    [GeneratedRegex(@"^\| `Strata\.\w+` \| `([a-z.]+)` \| `(\w+)` \|\s*`?([^`|]*?)`?\s*\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bstrata_[a-z_]+[a-z]\b")]
    private static partial Regex Name();
}
