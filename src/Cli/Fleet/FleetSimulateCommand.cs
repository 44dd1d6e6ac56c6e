using System.CommandLine;
using System.Globalization;
using Strata.Contracts;

namespace Strata.Cli;

internal sealed class FleetSimulateCommand : StrataCommand
{
    /// <summary>Each robot is three tasks and some recordings in memory.</summary>
    private const int MostRobots = 10_000;

    private readonly Option<int> _robots = new("--robots") { Description = "How many", DefaultValueFactory = _ => 50, HelpName = "N" };
    private readonly Option<double> _rate = new("--rate") { Description = "Recordings a second of each robot", DefaultValueFactory = _ => 2, HelpName = "N" };
    private readonly Option<string> _duration = DurationOption.Of("--duration", "For so long they record", "60s");
    private readonly Option<string> _dataset = new("--dataset", "-d") { Description = "Dataset by name; created on first use", DefaultValueFactory = _ => "fleet", HelpName = "NAME" };
    private readonly Option<int> _seed = new("--seed") { Description = "The same seed makes the same recordings, byte for byte", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<double> _broken = new("--broken") { Description = "Part of the recordings that are cut off in the middle", DefaultValueFactory = _ => 0.02, HelpName = "0..1" };
    private readonly Option<double> _duplicates = new("--duplicates") { Description = "Part of the recordings that are published twice", DefaultValueFactory = _ => 0.02, HelpName = "0..1" };
    private readonly Option<string?> _broker = new("--broker") { Description = "The server's RabbitMQ, with its user or one that may speak for all robots [default: Strata__Bus__RabbitMq, else register requests]", HelpName = "amqp://USER:PASSWORD@HOST" };
    private readonly Option<double> _bad = new("--badly-tuned") { Description = "Part of the robots whose controller is set wrong", DefaultValueFactory = _ => 0.2, HelpName = "0..1" };

    public FleetSimulateCommand(CommandParts parts)
        : base(parts, "simulate", "Robot arms that record and publish: for demos, load and soak", "fleet simulate --robots 5 --rate 1 --duration 10s")
    {
        foreach (var option in new Option[] { _robots, _rate, _duration, _dataset, _seed, _broken, _duplicates, _bad, _broker })
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = Read(context);
        await using var access = await context.OpenAsync(Roles.Worker, cancellationToken);
        var way = await SimulatedWay.FindAsync(context.Data, context.Settings, context.Value(_broker), access.InProcess, cancellationToken);
        await context.Terminal.Error.WriteLineAsync(way.Words.AsMemory(), cancellationToken);
        var summary = await SimulatedFleet.RunAsync(access.Operations, options, way, context.Settings, context.Terminal, isDrawn: !context.Json, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, summary, CliJson.Default.SimulationSummary, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(Words(summary).AsMemory(), cancellationToken);
            await context.Terminal.Error.WriteLineAsync($"next: strata {context.DataOption}fleet".AsMemory(), cancellationToken);
        }

        if (summary.Unanswered == 0)
        {
            return ExitCodes.Done;
        }

        await context.Terminal.Error.WriteLineAsync(
            $"nothing was answered for {AnswerWatch.MostSilence.TotalMinutes:N0} minutes: {Cells.Count(summary.Unanswered, "recording")} of {summary.Recordings:N0} were not, and went with the simulation; next: see that the server runs, and what it stands on, then simulate again: what it has is known to it".AsMemory(), cancellationToken);
        return ExitCodes.Failed;
    }

    internal static string Words(SimulationSummary summary)
    {
        var latency = summary is { PublishToQualityP50Ms: { } p50, PublishToQualityP99Ms: { } p99 }
            ? string.Create(CultureInfo.InvariantCulture, $"; published → quality visible p50 {p50:N0} ms, p99 {p99:N0} ms")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Recordings:N0} recordings of {summary.Robots:N0} robots in {summary.Seconds:N1} s ({summary.RecordingsPerSecond:N1}/s): {summary.Accepted:N0} accepted, {summary.Known:N0} known, {summary.Quarantined:N0} quarantined; {summary.Good:N0} good, {summary.Bad:N0} bad{(summary.Unanswered > 0 ? $", {summary.Unanswered:N0} not answered" : "")}{latency}");
    }

    private SimulationOptions Read(CommandContext context)
    {
        var dataset = context.Value(_dataset)!;
        if (Names.RefuseNewEntryName(dataset) is { } refusal)
        {
            throw new UsageException($"--dataset: {refusal}", null);
        }

        return new(
            dataset,
            Within("--robots", context.Value(_robots), 1, MostRobots),
            Within("--rate", context.Value(_rate), 0.001, 1_000),
            DurationOption.Parse("--duration", context.Value(_duration)!),
            context.Value(_seed),
            Within("--broken", context.Value(_broken), 0.0, 1),
            Within("--duplicates", context.Value(_duplicates), 0.0, 1),
            Within("--badly-tuned", context.Value(_bad), 0.0, 1));
    }

    private static T Within<T>(string name, T value, T low, T high)
        where T : IComparable<T>, IFormattable =>
        value.CompareTo(low) >= 0 && value.CompareTo(high) <= 0
            ? value
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name}: expected a number from {low} to {high}, found {value}"), null);
}
