using System.Buffers;
using Strata.Arrow.Ipc;

namespace Strata.Arrow;

/// <summary>
/// Writes Arrow IPC streams byte for byte as arrow-rs' StreamWriter does by default: 64-byte alignment, validity always there, offsets from 0, end marker.
/// Sizes are computed before the first byte is written. Source: rrd-format §3.3, Appendix B.
/// </summary>
public sealed class ArrowStreamWriter
{
    private readonly IBufferWriter<byte> _output;
    private readonly Schema _schema;
    private bool _started;

    /// <summary>Writes nothing yet: the schema goes out with the first batch, or with the end.</summary>
    public ArrowStreamWriter(IBufferWriter<byte> output, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(schema);
        _output = output;
        _schema = schema;
    }

    /// <summary>A complete stream with one batch.</summary>
    /// <exception cref="ArrowFormatException">The stream would be longer than an array can be; write the rows in several batches.</exception>
    public static byte[] Write(RecordBatch batch)
    {
        var plan = StreamPlan.Of(batch);
        byte[] stream = GC.AllocateUninitializedArray<byte>(plan.TotalBytes);
        plan.WriteTo(stream);
        return stream;
    }

    /// <summary>A complete stream without batches: the schema message and the end marker.</summary>
    public static byte[] Write(Schema schema) => [.. schema.EncodedMessage, .. IpcFraming.EndOfStream];

    /// <summary>As <see cref="Write(RecordBatch)"/>; asks <paramref name="output"/> for the exact size once. Answers the number of bytes.</summary>
    public static int Write(RecordBatch batch, IBufferWriter<byte> output)
    {
        var plan = StreamPlan.Of(batch);
        plan.WriteTo(output.GetSpan(plan.TotalBytes)[..plan.TotalBytes]);
        output.Advance(plan.TotalBytes);
        return plan.TotalBytes;
    }

    /// <summary>Bytes that <see cref="Write(RecordBatch)"/> will take.</summary>
    public static int MeasureStream(RecordBatch batch) => StreamPlan.Of(batch).TotalBytes;

    /// <param name="batch">Of the stream's schema.</param>
    /// <param name="customMetadata">What the message says of this batch besides; most readers do not look at it.</param>
    /// <exception cref="ArgumentException">The batch has another schema than the stream.</exception>
    public void WriteRecordBatch(RecordBatch batch, IReadOnlyDictionary<string, string>? customMetadata = null)
    {
        if (!batch.Schema.Equals(_schema))
            throw new ArgumentException($"The stream has {_schema}, the batch {batch.Schema}.", nameof(batch));
        Start();
        var plan = new StreamPlan([], batch, [], customMetadata);
        plan.WriteTo(_output.GetSpan(plan.TotalBytes)[..plan.TotalBytes]);
        _output.Advance(plan.TotalBytes);
    }

    /// <summary>Writes the end marker, and the schema when no batch was written.</summary>
    public void WriteEnd()
    {
        Start();
        _output.Write(IpcFraming.EndOfStream);
    }

    private void Start()
    {
        if (_started)
            return;
        _started = true;
        _output.Write(_schema.EncodedMessage);
    }
}
