using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Notes once that a referenced file is not what was registered, or not there. Source: DESIGN §4.1.</summary>
internal sealed class RecordChangedHandler(OptimisticAppend appends)
{
    public Task HandleAsync(RecordingChanged changed, CancellationToken cancellationToken)
    {
        var stream = StreamIds.Recording(changed.Fingerprint);
        var commandId = CommandIds.Fresh();
        return OptimisticAppend.RunAsync<object>(
            $"note that {changed.StorageUrl} was changed",
            async token =>
            {
                var loaded = (await appends.Store.ReadStreamsAsync([stream], token))[0];
                if (loaded.Events.Any(e => e.Event is RecordingChanged known && IsSame(known, changed)))
                {
                    return loaded;
                }

                var plan = new AppendPlan();
                plan.Add(stream, loaded.Version, changed);
                return await appends.TryAppendAsync(plan.Build(commandId, []), token);
            },
            cancellationToken);
    }

    private static bool IsSame(RecordingChanged a, RecordingChanged b) => a.Dataset == b.Dataset && a.Segment == b.Segment && a.Layer == b.Layer;
}
