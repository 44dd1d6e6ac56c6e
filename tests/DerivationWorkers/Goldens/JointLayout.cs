using System.Globalization;
using System.Text.Json;

namespace Strata.DerivationWorkers.Tests;

/// <summary>One way in which robots log their joints, with what Rerun's server and numpy make of it.</summary>
internal sealed class JointLayout
{
    /// <summary>Rows where command and observation have a value at that very time.</summary>
    public const string SameRow = "same_row";

    /// <summary>At every time of any column the latest value at or before it.</summary>
    public const string LatestAt = "latest_at";

    /// <summary>Latest-at, only at the times of the first observation column.</summary>
    public const string OnObservation = "on_observation";

    private const double Tolerance = 1e-12;

    private readonly string _name;
    private readonly JsonElement _golden;

    private JointLayout(string name, JsonElement golden)
    {
        _name = name;
        _golden = golden;
    }

    public static JointLayout Of(string name) =>
        new(name, TestRecordings.Json(TestRecordings.InRepository("tests", "Data", "sdk", "golden", "joint_layouts", "tracking.json")).GetProperty(name));

    public Task<Derivation> DeriveAsync(string moreParameters = "") => Deriving.TrackingErrorAsync(TestRecordings.JointLayout(_name), Parameters(moreParameters));

    /// <summary>The golden's columns as a rule's parameters: pairs when there is one a joint.</summary>
    public string Parameters(string more = "")
    {
        var command = Columns("action");
        var observation = Columns("observation");
        var columns = command.Length == 1
            ? $"\"command\":\"{command[0]}\",\"observation\":\"{observation[0]}\""
            : $"\"pairs\":[{string.Join(",", command.Zip(observation, (c, o) => $"{{\"command\":\"{c}\",\"observation\":\"{o}\"}}"))}]";
        return $"{{{columns}{(more.Length == 0 ? "" : "," + more)}}}";
    }

    public JsonElement Column(string alignment) => _golden.GetProperty(alignment).GetProperty("server");

    /// <summary>The finite errors of a golden column by time.</summary>
    public Dictionary<long, double> Errors(string alignment)
    {
        var column = Column(alignment);
        return column.GetProperty("times").EnumerateArray().Zip(column.GetProperty("errors").EnumerateArray())
            .Where(pair => pair.Second.ValueKind == JsonValueKind.Number)
            .ToDictionary(pair => pair.First.GetInt64(), pair => pair.Second.GetDouble());
    }

    public void RowsShouldEqual(DerivedRows rows, string alignment)
    {
        rows.Timeline.ShouldBe(_golden.GetProperty("config").GetProperty("index").GetString());
        var errors = Errors(alignment);
        rows.Times.ShouldBe(errors.Keys.Order());
        foreach (var (time, error) in rows.Times.Zip(rows.Errors))
        {
            error.ShouldBe(errors[time], Tolerance, time.ToString(CultureInfo.InvariantCulture));
        }

        var golden = Column(alignment);
        var statistics = ErrorStatistics.Of(rows.Errors, []);
        statistics.Mean.ShouldBe(golden.GetProperty("mean").GetDouble(), Tolerance);
        statistics.P95.ShouldBe(golden.GetProperty("p95").GetDouble(), Tolerance);
        statistics.Max.ShouldBe(golden.GetProperty("max").GetDouble(), Tolerance);
    }

    private string[] Columns(string side) => [.. _golden.GetProperty("config").GetProperty(side).EnumerateArray().Select(c => c.GetString()!)];
}
