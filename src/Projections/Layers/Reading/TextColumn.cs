using System.Buffers;
using Strata.Arrow;
using Strata.Projections.Layers.Values;

namespace Strata.Projections.Layers.Reading;

/// <summary>A column of texts, from the bytes that lie in the tables.</summary>
internal sealed class TextColumn
{
    private readonly Offsets _offsets = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private int _length;

    public void Add(ReadOnlySpan<byte> utf8)
    {
        _bytes.Write(utf8);
        _offsets.Add(utf8.Length);
        _length++;
    }

    public StringArray Finish() => new(new ArrayData(StringType.Default, _length, 0, 0, [ArrowBuffer.Empty, _offsets.ToBuffer(), new ArrowBuffer(_bytes.WrittenMemory)]));
}
