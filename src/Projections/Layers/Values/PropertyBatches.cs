using System.Buffers;
using System.Buffers.Binary;
using Strata.Arrow;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers.Values;

/// <summary>The property batches of one schema, unpacked one at a time into the same memory.</summary>
internal sealed class PropertyBatches(byte[] schemaMessage, byte[] template)
{
    /// <summary>Texts of other lengths make other metadata; what is over is decoded again.</summary>
    private const int RememberedLayouts = 1_024;

    private const int PrefixBytes = 8;
    private const int LengthAt = 4;

    private readonly Dictionary<byte[], CellLayout[]> _layouts = new(ByteContent.Comparer);
    private readonly ArrayBufferWriter<byte> _message = new();
    private bool? _isCopied;

    public Schema Schema { get; } = new ArrowStreamReader(schemaMessage).Schema;

    /// <summary>The message that was opened last.</summary>
    public ReadOnlySpan<byte> Message => _message.WrittenSpan;

    public CellLayout[] Cells { get; private set; } = [];

    /// <summary>The columns as arrays, where some column is of a type that is not copied; else null.</summary>
    public RecordBatch? Arrays { get; private set; }

    private bool IsCopied => _isCopied ??= Schema.FieldsList.All(column => PropertyColumn.IsCopied(column.DataType));

    /// <param name="delta">A <see cref="BatchDelta"/>.</param>
    public void Open(ReadOnlySpan<byte> delta)
    {
        _message.ResetWrittenCount();
        BatchDelta.Decode(delta, template, _message);
        Open();
    }

    /// <param name="batch">Of a <see cref="PropertyStream"/>.</param>
    public void OpenBatch(ReadOnlySpan<byte> batch)
    {
        _message.ResetWrittenCount();
        _message.Write(batch);
        Open();
    }

    private void Open()
    {
        if (!IsCopied)
        {
            (Cells, Arrays) = Decode();
            return;
        }

        var metadata = Metadata();
        if (!_layouts.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(metadata, out var known))
        {
            (known, _) = Decode();
            if (_layouts.Count >= RememberedLayouts)
            {
                _layouts.Clear();
            }

            _layouts.Add(metadata.ToArray(), known);
        }

        Cells = known;
    }

    private ReadOnlySpan<byte> Metadata()
    {
        var message = Message;
        var length = message.Length < PrefixBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(message[LengthAt..]);
        return length >= 0 && length <= message.Length - PrefixBytes ? message[..(PrefixBytes + length)] : throw Broken($"{message.Length} bytes without a message");
    }

    private (CellLayout[] Cells, RecordBatch Batch) Decode()
    {
        byte[] stream = [.. schemaMessage, .. Message];
        var batch = new ArrowStreamReader(stream).ReadNextRecordBatch();
        if (batch is not { Length: 1 })
        {
            throw Broken($"{batch?.Length ?? 0}");
        }

        var cells = new CellLayout[batch.ColumnCount];
        for (var column = 0; column < cells.Length; column++)
        {
            cells[column] = CellLayout.Of(stream.AsSpan(schemaMessage.Length), batch.Column(column).Data);
        }

        return (cells, batch);
    }

    private static ReadModelStorageException Broken(string found) => new($"property batch: expected one row, found {found}; rebuild the read models: strata rebuild");
}
