namespace Strata.Cli;

/// <summary>What <c>strata fleet simulate --json</c> prints.</summary>
/// <param name="Recordings">Made.</param>
/// <param name="Accepted">Deliveries by their answer; with those that came twice they are more than the recordings.</param>
/// <param name="RecordingsPerSecond">From the first one made to the last one answered.</param>
/// <param name="PublishToQualityP50Ms">From when a recording was published until its verdict could be seen; null where nothing new was derived.</param>
internal sealed record SimulationSummary(
    string Dataset,
    int Robots,
    double Rate,
    int Seed,
    double Seconds,
    int Recordings,
    int Accepted,
    int Known,
    int Quarantined,
    int Good,
    int Bad,
    double RecordingsPerSecond,
    double? PublishToQualityP50Ms,
    double? PublishToQualityP99Ms)
{
    /// <summary><c>amqp</c>: from spools over the broker; <c>http</c>, <c>process</c>: by register requests.</summary>
    public string PublishedOver { get; init; } = "";

    /// <summary>Made and not answered: nothing was, for too long.</summary>
    public int Unanswered { get; init; }

    public static SimulationSummary Of(SimulationOptions options, IEnumerable<SimulationCount> robots, Latencies untilQuality, TimeSpan took)
    {
        var counts = robots.ToArray();
        var made = counts.Sum(c => c.Made);
        return new(
            options.Dataset, options.Robots, options.Rate, options.Seed, Math.Round(took.TotalSeconds, 3), made,
            counts.Sum(c => c.Accepted), counts.Sum(c => c.Known), counts.Sum(c => c.Quarantined), counts.Sum(c => c.Good), counts.Sum(c => c.Bad),
            Math.Round(made / took.TotalSeconds, 1), untilQuality.Percentile(0.5), untilQuality.Percentile(0.99)) { Unanswered = counts.Sum(c => c.Spooled) };
    }
}
