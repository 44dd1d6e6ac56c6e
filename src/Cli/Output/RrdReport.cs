using System.Text.Json.Serialization;
using Strata.Arrow;
using Strata.Rrd;

namespace Strata.Cli;

/// <summary>What <c>strata rrd</c> found in one file.</summary>
/// <param name="FullPath">Null when there is no such file.</param>
/// <param name="UsedFooter">Null when the file could not be read.</param>
internal sealed record RrdReport(string Path, [property: JsonIgnore] string? FullPath, bool? UsedFooter, IReadOnlyList<RrdStoreReport> Stores, IReadOnlyList<RrdReportFinding> Findings)
{
    public static async Task<RrdReport> OfAsync(FoundRecording file, bool readChunks, CancellationToken cancellationToken)
    {
        try
        {
            using var bytes = FileBytes.Open(file.FullPath);
            var reader = await RrdReader.OpenAsync(bytes, cancellationToken);
            var findings = reader.Contents.Findings.Select(f => RrdReportFinding.Of(f)).ToList();
            if (readChunks)
            {
                await ReadChunksAsync(reader, findings, cancellationToken);
            }

            return new(file.Shown, file.FullPath, reader.Contents.UsedFooter, [.. reader.Contents.Stores.Select(RrdStoreReport.Of)], findings);
        }
        catch (RrdFormatException e)
        {
            return new(file.Shown, file.FullPath, null, [], [new RrdReportFinding(e.Offset, $"expected {e.Expected}, found {e.Found}. {e.WhatToDo}")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(file.Shown, file.FullPath, null, [], [new RrdReportFinding(null, e.Message)]);
        }
    }

    /// <summary>One broken chunk does not hide the others.</summary>
    private static async Task ReadChunksAsync(RrdReader reader, List<RrdReportFinding> findings, CancellationToken cancellationToken)
    {
        foreach (var store in reader.Contents.Stores)
        {
            for (var i = 0; i < store.Manifest.Count; i++)
            {
                var entry = store.Manifest[i];
                try
                {
                    await reader.ReadChunkAsync(entry, cancellationToken);
                }
                catch (Exception e) when (e is RrdFormatException or ArrowFormatException)
                {
                    findings.Add(new(entry.ByteOffset, $"chunk {entry.Id} of {entry.EntityPath}: {e.Message}"));
                }
            }
        }
    }
}

/// <param name="Offset">Byte offset in the file; null when the file as a whole is meant.</param>
/// <param name="IsLoss">False: all of the file was read, and this is a remark.</param>
internal sealed record RrdReportFinding(long? Offset, string Message, bool IsLoss = true)
{
    public static RrdReportFinding Of(RrdFinding finding) => new(finding.Offset, finding.Message, finding.IsLoss);
}

internal sealed record RrdStoreReport(
    string Kind,
    string RecordingId,
    string ApplicationId,
    string WrittenBy,
    long Chunks,
    long Rows,
    long StoredBytes,
    long DecodedBytes,
    IReadOnlyList<string> EntityPaths,
    IReadOnlyList<string> Timelines,
    [property: JsonPropertyName("chunk_list")] IReadOnlyList<RrdChunkReport> ChunkList)
{
    public static RrdStoreReport Of(RrdStore store)
    {
        var manifest = store.Manifest;
        var chunks = Enumerable.Range(0, manifest.Count).Select(i => manifest[i]).ToArray();
        return new(
            store.Id.Kind.ToString(),
            store.Id.RecordingId,
            store.Id.ApplicationId,
            store.Version.ToString() ?? "",
            chunks.Length,
            chunks.Sum(c => c.NumRows),
            chunks.Sum(c => c.ByteSize),
            chunks.Sum(c => c.UncompressedByteSize),
            [.. chunks.Select(c => c.EntityPath.ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            [.. manifest.Timelines.Select(t => t.Timeline)],
            [.. chunks.Select(c => new RrdChunkReport(c.Id.ToString(), c.EntityPath.ToString(), c.IsStatic, c.NumRows, c.ByteOffset, c.ByteSize, c))]);
    }
}

internal sealed record RrdChunkReport(string Id, string EntityPath, bool IsStatic, long Rows, long Offset, long StoredBytes, [property: JsonIgnore] ChunkEntry Entry);
