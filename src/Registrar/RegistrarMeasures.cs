using System.Diagnostics;
using System.Diagnostics.Metrics;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>What comes into the catalog: the meter <c>Strata.Registrar</c>. Names and units: docs/operations.md §Metrics.</summary>
internal static class RegistrarMeasures
{
    public const string MeterName = "Strata.Registrar";

    private const string Status = "status";
    private const string Source = "source";
    private const string Origin = "origin";
    private const string Reason = "reason";

    private const string RobotSource = "robot";

    private const int MostLinks = 128;

    private static readonly Meter Meter = new(MeterName, StrataVersion.Current);

    private static readonly Counter<long> Registrations = Meter.CreateCounter<long>("strata.registrations", "{recording}", "Recordings that somebody asked to register, by what came of each");

    private static readonly Counter<long> Layers = Meter.CreateCounter<long>("strata.layers", "{layer}", "Layers that were registered, given or derived");

    private static readonly Counter<long> LayerBytes = Meter.CreateCounter<long>("strata.layers.size", "By", "Their bytes");

    private static readonly Counter<long> Quarantined = Meter.CreateCounter<long>("strata.quarantine.entries", "{recording}", "Recordings that were put into quarantine, by reason");

    public static void CountCall(RegisterOutcome outcome, EventSource source)
    {
        foreach (var status in outcome.Recordings.CountBy(r => r.Status))
        {
            Registrations.Add(status.Value, new(Status, status.Key), new(Source, source.Kind));
        }
    }

    /// <summary>A message that comes again is answered, and counted, again.</summary>
    public static void CountPublished(IReadOnlyList<PublishAnswer> answers)
    {
        foreach (var outcome in answers.CountBy(a => a.Answer.Outcome))
        {
            Registrations.Add(outcome.Value, new(Status, outcome.Key == RecordingOutcomes.Accepted ? RegistrationStatus.Registered : outcome.Key), new(Source, RobotSource));
        }
    }

    public static void CountAppended(Append append)
    {
        foreach (var @event in append.Streams.SelectMany(s => s.Events))
        {
            switch (@event)
            {
                case LayerRegistered layer:
                    var origin = new KeyValuePair<string, object?>(Origin, layer.Origin == LayerOrigin.Derived ? "derived" : "given");
                    Layers.Add(1, origin);
                    LayerBytes.Add(layer.SizeBytes, origin);
                    break;
                case RecordingQuarantined quarantined:
                    Quarantined.Add(1, new KeyValuePair<string, object?>(Reason, quarantined.Reason));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>One message is a step of its trace; many are linked to the trace of each.</summary>
    public static Activity? StartPublishing(IReadOnlyList<RobotDelivery> deliveries) => (deliveries is [var only]
        ? StrataTracing.StartFrom(only.TraceParent, SpanNames.Register)
        : StrataTracing.StartLinked(deliveries.Select(d => d.TraceParent), MostLinks, SpanNames.Register))?.SetTag("strata.messages", deliveries.Count);

    /// <summary>The tags of a span of a register call.</summary>
    public static void Describe(Activity? activity, RegisterRecordings command, RegisterOutcome outcome)
    {
        if (activity is null)
        {
            return;
        }

        activity.SetTag("strata.dataset", outcome.Dataset?.Value).SetTag("strata.layer", command.Layer).SetTag("strata.source", command.Source.Kind).SetTag("strata.position", outcome.Position);
        foreach (var status in outcome.Recordings.CountBy(r => r.Status))
        {
            activity.SetTag($"strata.recordings.{status.Key}", status.Value);
        }
    }
}
