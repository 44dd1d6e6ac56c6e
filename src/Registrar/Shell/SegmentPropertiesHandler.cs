using System.Buffers.Binary;
using System.Security.Cryptography;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Sets and removes the properties of segments, optimistic on each segment's stream.</summary>
internal sealed class SegmentPropertiesHandler(OptimisticAppend appends, IRecordingStore recordings)
{
    public Task<SegmentPropertiesOutcome> SetAsync(SetSegmentProperties command, CancellationToken cancellationToken)
    {
        SetSegmentProperties.Refuse(command);
        var (revision, commandId) = (NewRevision(), CommandIds.Fresh());
        var blob = new Blob(Sha256Digest.Of(command.PropertiesIpc.Span), command.PropertiesIpc);
        return OptimisticAppend.RunAsync(
            $"set the properties of segment '{command.Segment}'",
            async token =>
            {
                // Nobody erases a blob with these very bytes between the look for other holders and this append.
                await using var hold = await recordings.HoldAsync(token);
                var streams = await LoadAsync(command.Dataset, [command.Segment], token);
                var (state, version) = streams.Segment(command.Dataset, command.Segment);
                var plan = new AppendPlan();
                plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
                foreach (var @event in SetSegmentProperties.Decide(state, command, revision, blob.Hash))
                {
                    plan.Add(StreamIds.Segment(command.Dataset, command.Segment), version, @event);
                }

                return await appends.TryAppendAsync(plan.Build(commandId, [blob]), token) is AppendResult.Appended appended
                    ? new SegmentPropertiesOutcome(revision, appended.LastPosition)
                    : null;
            },
            cancellationToken);
    }

    public async Task<long> RemoveAsync(RemoveSegmentProperties command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        var outcome = await OptimisticAppend.RunAsync(
            "remove the properties of segments",
            async token =>
            {
                // A segment that is named twice is looked at once, as it is named first.
                var segments = command.Segments.DistinctBy(s => s.Segment, StringComparer.Ordinal).ToList();
                var streams = await LoadAsync(command.Dataset, segments.Select(s => s.Segment), token);
                var plan = new AppendPlan();
                foreach (var (segment, expected) in segments)
                {
                    var (state, version) = streams.Segment(command.Dataset, segment);
                    foreach (var @event in RemoveSegmentProperties.Decide(state, command, segment, expected))
                    {
                        plan.Add(StreamIds.Segment(command.Dataset, segment), version, @event);
                    }
                }

                if (plan.IsEmpty)
                {
                    return new Removed(await appends.Store.HeadAsync(token));
                }

                plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
                return await appends.TryAppendAsync(plan.Build(commandId, []), token) is AppendResult.Appended appended ? new Removed(appended.LastPosition) : null;
            },
            cancellationToken);
        return outcome.Position;
    }

    private async Task<LoadedStreams> LoadAsync(DatasetId dataset, IEnumerable<string> segments, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(dataset), .. segments.Select(s => StreamIds.Segment(dataset, s))], cancellationToken);
        DatasetDirectory.Require(streams, dataset);
        return streams;
    }

    /// <summary>Random, so that one from before a removal never fits what was set after it; above 0, which says "there are none".</summary>
    private static long NewRevision()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
#pragma warning disable RS0030 // drawn before deciding, and given to the decision
        RandomNumberGenerator.Fill(bytes);
#pragma warning restore RS0030
        return Math.Max(1, BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue);
    }

    private sealed record Removed(long Position);
}
