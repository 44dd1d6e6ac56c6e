using Strata.Rrd;
using Strata.Rrd.Editing;

namespace Strata.Cli;

/// <summary>What <c>strata rrd stats --no-decode</c> found in one file.</summary>
internal sealed record RrdTransportReport(string Path, IReadOnlyList<RrdTransportStore> Stores, IReadOnlyList<RrdReportFinding> Findings)
{
    public static async Task<RrdTransportReport> OfAsync(FoundRecording file, CancellationToken cancellationToken)
    {
        try
        {
            using var bytes = FileBytes.Open(file.FullPath);
            var statistics = await TransportStatistics.ReadAsync(bytes, cancellationToken);
            return new(file.Shown, [.. statistics.Stores.Select(RrdTransportStore.Of)], [.. statistics.Findings.Select(f => RrdReportFinding.Of(f))]);
        }
        catch (RrdFormatException e)
        {
            return new(file.Shown, [], [new RrdReportFinding(e.Offset, $"expected {e.Expected}, found {e.Found}. {e.WhatToDo}")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(file.Shown, [], [new RrdReportFinding(null, e.Message)]);
        }
    }
}

internal sealed record RrdTransportStore(string Kind, string RecordingId, string ApplicationId, long Chunks, long StoredBytes, long DecodedBytes)
{
    public static RrdTransportStore Of(StoreTransport store) => new($"{store.Id.Kind}", store.Id.RecordingId, store.Id.ApplicationId, store.Chunks, store.StoredBytes, store.DecodedBytes);
}
