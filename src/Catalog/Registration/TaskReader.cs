using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.Catalog.Registration;

/// <summary>What became of tasks, told from the log. Source: catalog-protocol §2.17, §11.4.</summary>
internal sealed class TaskReader(IEventStore store, IReadModels readModels)
{
    private const string FailedHead = "Registration failed for the segments/layers listed below.";

    /// <summary>Each id once, in the order in which they are asked for.</summary>
    /// <param name="bareReasons">As clients before 0.41 show them: without the two lines around the reason.</param>
    public async Task<IReadOnlyList<TaskRow>> ReadAsync(IEnumerable<string> ids, bool bareReasons, CancellationToken cancellationToken)
    {
        var named = ids.Distinct(StringComparer.Ordinal).Select(id => (Id: id, Name: TaskIds.Parse(id))).ToList();
        var head = await store.HeadAsync(cancellationToken);
        var failures = await FailuresAsync(named.Select(n => n.Name).OfType<TaskName.Failure>(), cancellationToken);
        return [.. named.Select(n => RowOf(n.Id, n.Name, head, failures, bareReasons))];
    }

    /// <summary>Ends when the tables show all that these tasks did.</summary>
    public async Task WaitAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var head = await store.HeadAsync(cancellationToken);
        var positions = ids.Select(TaskIds.Parse).OfType<TaskName.Done>().Select(d => d.Position).Where(p => p <= head);
        await readModels.WaitForAsync(positions.DefaultIfEmpty(0).Max(), cancellationToken);
    }

    private TaskRow RowOf(string id, TaskName? name, long head, Dictionary<string, EquatableArray<RegistrationFailure>> failures, bool bareReasons) => name switch
    {
        TaskName.Done done when done.Position <= head => new(id, done.Position <= readModels.Position ? TaskStatus.Success : TaskStatus.Pending, null),
        TaskName.Failure failure when failures.TryGetValue(failure.RegistrationId, out var recorded) && failure.Index < recorded.Count =>
            new(id, TaskStatus.Failed, MessageOf(recorded[failure.Index], bareReasons)),
        _ => new(id, TaskStatus.NotFound, $"no task '{id}' is known to this server"),
    };

    private static string MessageOf(RegistrationFailure failure, bool bareReason) =>
        bareReason ? failure.Reason : $"{FailedHead}\n- Segment \"{failure.Segment}\", layer \"{failure.Layer}\": {failure.Reason}";

    private async Task<Dictionary<string, EquatableArray<RegistrationFailure>>> FailuresAsync(IEnumerable<TaskName.Failure> names, CancellationToken cancellationToken)
    {
        var streams = names.Select(n => StreamIds.Registration(n.RegistrationId)).Distinct(StringComparer.Ordinal).ToList();
        var read = streams.Count == 0 ? [] : await store.ReadStreamsAsync(streams, cancellationToken);
        return read.SelectMany(s => s.Events).Select(e => e.Event).OfType<RegistrationFinished>().ToDictionary(f => f.RegistrationId, f => f.Failures, StringComparer.Ordinal);
    }
}
