using System.Buffers;
using System.Globalization;
using Strata.Arrow;
using Strata.Catalog.Protocol;
using Strata.Rrd;

namespace Strata.Catalog.Registration;

/// <summary>Chunks of one WriteChunks call, gathered into one recording a segment.</summary>
/// <param name="applicationId">Of the recordings; a chunk brings none.</param>
internal sealed class WrittenChunks(string applicationId)
{
    private const string SegmentKey = "rerun:segment_id";

    /// <summary>Of clients before segments were called so.</summary>
    private const string PartitionKey = "rerun:partition_id";

    /// <summary>All of it lies in memory until it is written. Who has more writes a file and registers that, as every client of today does.</summary>
    private const long MaxBytes = 64L << 20;

    private readonly Dictionary<string, Recording> _recordings = new(StringComparer.Ordinal);
    private readonly string _application = Rrd.ApplicationId.Normalise(applicationId);
    private long _bytes;

    /// <exception cref="CatalogException">It is no chunk, does not say of which segment, or is one too many.</exception>
    public void Add(RerunChunk message)
    {
        _bytes += message.Payload.Length;
        if (_bytes > MaxBytes)
        {
            throw CatalogException.InvalidArgument(
                string.Create(CultureInfo.InvariantCulture, $"expected at most {MaxBytes} bytes of chunks in one call, found more; write an .rrd file and register that"));
        }

        var (segment, chunk) = Read(message);
        if (!_recordings.TryGetValue(segment, out var recording))
        {
            recording = new(Rrd.StoreId.Recording(_application, segment));
            _recordings.Add(segment, recording);
        }

        recording.Add(chunk);
    }

    /// <returns>One file a segment.</returns>
    public IReadOnlyList<ReadOnlyMemory<byte>> Finish() => [.. _recordings.Values.Select(r => r.Finish())];

    private static (string Segment, Chunk Chunk) Read(RerunChunk message)
    {
        if (message.EncoderVersion != EncoderVersion.V0)
        {
            throw CatalogException.InvalidArgument($"RerunChunk: expected encoder version 1, found {(int)message.EncoderVersion}");
        }

        try
        {
            var batch = RecordBatch.FromIpcStream(message.Payload.Memory);
            var segment = batch.Schema.Metadata.GetValueOrDefault(SegmentKey) ?? batch.Schema.Metadata.GetValueOrDefault(PartitionKey);
            return segment is { Length: > 0 }
                ? (segment, ChunkBatch.Read(batch))
                : throw CatalogException.InvalidArgument($"RerunChunk: expected the segment id in the chunk's metadata '{SegmentKey}', found none");
        }
        catch (Exception e) when (e is ArrowFormatException or RrdFormatException)
        {
            throw CatalogException.InvalidArgument($"RerunChunk: expected an Arrow IPC stream with one chunk: {e.Message}");
        }
    }

    private sealed class Recording(Rrd.StoreId store)
    {
        private readonly ArrayBufferWriter<byte> _output = new();
        private RrdWriter? _writer;

        public void Add(Chunk chunk)
        {
            if (_writer is null)
            {
                _writer = new(_output, WriterProfile.V1);
                _writer.SetStoreInfo(store, StoreSource.Other("WriteChunks"), chunk.Id);
            }

            _writer.WriteChunk(store, chunk);
        }

        public ReadOnlyMemory<byte> Finish()
        {
            _writer?.Finish();
            return _output.WrittenMemory;
        }
    }
}
