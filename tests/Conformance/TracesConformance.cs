using System.Diagnostics;
using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>An event remembers the trace that brought it, beside its body. Source: docs/operations.md §Traces.</summary>
public abstract class TracesConformance : StoreConformance
{
    private const string First = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string Second = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public async Task Each_stream_of_an_append_keeps_the_trace_that_it_names_and_the_others_that_of_the_caller()
    {
        await using var store = await CreateAsync();
        using var activity = new Activity("caller").SetParentId(First).Start();
        activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;

        await AppendedAsync(store, new Append("command", [new("a", 0, EventsUpTo(2)), new("b", 0, EventsUpTo(1)) { TraceParent = Second }, new("c", 0, EventsUpTo(1))], [], []));

        (await ReadAllAsync(store)).Select(e => e.TraceParent).ShouldBe([activity.Id, activity.Id, Second, activity.Id]);
        (await store.Events.ReadStreamsAsync(["b"], Cancel)).Single().Events.Single().TraceParent.ShouldBe(Second);
    }

    [Fact]
    public async Task What_nobody_traced_or_recorded_has_no_trace()
    {
        await using var store = await CreateAsync();
        using (new Activity("looked at by nobody").Start())
        {
            await AppendedAsync(store, To("a", 0, 1, "unrecorded"));
        }

        await AppendedAsync(store, To("a", 1, 1, "untraced"));

        (await ReadAllAsync(store)).ShouldAllBe(e => e.TraceParent == null);
    }

    [Fact]
    public async Task A_copy_of_the_log_has_the_traces_too()
    {
        await using var from = await CreateAsync();
        await AppendedAsync(from, new Append("command", [new("a", 0, EventsUpTo(1)) { TraceParent = First }], [], []));
        await using var to = await CreateAsync();

        await to.Copy.ImportAsync(from.Copy.ExportAsync(Cancel), Cancel);

        (await ReadAllAsync(to)).Single().TraceParent.ShouldBe(First);
    }
}
