using Strata.Crash.Tests;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>The second part of docs/reliability.md: written by a run of <c>eng/soak.sh</c>, never by hand.</summary>
internal static class SoakPage
{
    public static string Path { get; } = System.IO.Path.Combine(Samples.Repository, "docs", "reliability.md");

    /// <param name="page">As it is; its first part stays.</param>
    /// <param name="asked">The time that the script was given.</param>
    public static string Write(string page, string asked, SoakReport report) => $"""
        {ReliabilityParts.Kills(page).TrimEnd('\n')}

        {ReliabilityParts.SoakHeading}Written by `eng/soak.sh {asked}`; do not edit. `./test EndToEnd` has each fault once: `EndToEnd/SoakTests.While_everything_fails_once_and_workers_die_all_the_time_nothing_is_lost_and_nothing_is_doubled`.

        {SoakPlan.Robots} robots publish through their spools, uploads and a real RabbitMQ to a registrar, a catalog, {SoakPlan.Workers} workers and two relays over one PostgreSQL, each a process. One message in sixteen is postponed behind later ones, is sent again since its confirmation is lost, comes twice at once, comes again late,
        or comes again as a message of its own; one recording in twelve is cut off or no recording at all. Two to six seconds after both workers run one of them is killed, again and again; the other faults come one after another. Processes that end are started again.
        *Lost*: a good recording without one of base, tracking_error and quality or without one of their two evaluations, a broken one that does not lie in quarantine for its reason, a message without an answer. *Doubled*: any of these twice, or one that nobody asked for.
        At the end all queues and dead letters are empty, spools hold nothing but what lies in quarantine, no process has ended by itself, and the tables of each process equal a fresh replay. Times of recovery include the pauses of robots between two tries, up to two minutes; the last table is resident memory.

        {report}
        """;
}
