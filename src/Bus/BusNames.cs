using System.Collections.Frozen;
using MassTransit;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>
/// The names on the bus. Subscribers of other languages bind to them, so they are fixed here and never follow a .NET type's name.
/// </summary>
public static class BusNames
{
    /// <summary>Exchange of the log's feed: <see cref="EventsPublished"/>.</summary>
    public const string Events = "events";

    /// <summary>Exchange of the wake-ups: <see cref="EvaluateSegment"/>.</summary>
    public const string Evaluate = "evaluate";

    /// <summary>Queue from which all workers together take wake-ups.</summary>
    public const string EvaluateQueue = "strata-evaluate";

    /// <summary>Queue from which registrars take what robots publish.</summary>
    public const string RobotsQueue = "strata-robots";

    public const string HeartbeatsQueue = "strata-heartbeats";

    /// <summary>Where a queue's messages end that were delivered too often, or that nobody can handle.</summary>
    public const string DeadSuffix = "_dead";

    /// <summary>Where MassTransit puts what a consumer failed on, and what no consumer wants.</summary>
    public const string ErrorSuffix = "_error";

    public const string SkippedSuffix = "_skipped";

    /// <summary>Whatever a queue's messages end in that nobody could handle.</summary>
    public static IReadOnlyList<string> DeadSuffixes { get; } = [DeadSuffix, ErrorSuffix, SkippedSuffix];

    /// <summary>All queues from which Strata takes messages; each has one for dead letters beside it.</summary>
    public static IReadOnlyList<string> Queues { get; } = [EvaluateQueue, RobotsQueue, HeartbeatsQueue];

    private static readonly FrozenDictionary<Type, string> Exchanges = new Dictionary<Type, string>
    {
        [typeof(EventsPublished)] = Events,
        [typeof(EvaluateSegment)] = Evaluate,
    }.ToFrozenDictionary();

    internal sealed class Formatter(string prefix) : IEntityNameFormatter
    {
        public string FormatEntityName<T>() => Exchanges.TryGetValue(typeof(T), out var name)
            ? prefix + name
            : throw new InvalidOperationException($"{typeof(T)} has no fixed name on the bus: add it to {nameof(BusNames)}");
    }
}
