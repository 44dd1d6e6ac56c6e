using System.Buffers.Binary;
using System.Text;

namespace Strata.Arrow;

/// <summary>Byte strings as 16-byte views: up to 12 bytes inline, longer ones in one of several data buffers.</summary>
public class BinaryViewArray : ArrowArray, IByteStringArray
{
    internal const int ViewBytes = 16;
    internal const int InlineBytes = 12;

    private readonly ArrowBuffer _views;

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public BinaryViewArray(ArrayData data)
        : base(data)
    {
        if (data.DataType.Layout != ArrowLayout.View)
            throw new ArgumentException($"Expected array data of BinaryView or Utf8View, found {data.DataType}.", nameof(data));
        _views = data.Buffers[1];
    }

    /// <summary>The views of this slice, 16 bytes each.</summary>
    public ReadOnlySpan<byte> Views => _views.Span.Slice(Offset * ViewBytes, Length * ViewBytes);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> GetBytes(int index)
    {
        if (IsNull(index))
            return default;
        ReadOnlySpan<byte> view = Views.Slice(index * ViewBytes, ViewBytes);
        int length = BinaryPrimitives.ReadInt32LittleEndian(view);
        if (length <= InlineBytes)
            return view.Slice(4, length);
        int buffer = BinaryPrimitives.ReadInt32LittleEndian(view[8..]);
        int start = BinaryPrimitives.ReadInt32LittleEndian(view[12..]);
        return Data.Buffers[2 + buffer].Span.Slice(start, length);
    }

    /// <summary>A null among <paramref name="values"/> becomes a null.</summary>
    public static BinaryViewArray From(IReadOnlyList<byte[]?> values) => new(ByteStrings.Of(values).ToViewData(BinaryViewType.Default));
}

/// <summary>UTF-8 text as views.</summary>
public sealed class StringViewArray(ArrayData data) : BinaryViewArray(Checked(data, ArrowTypeId.StringView))
{
    /// <inheritdoc/>
    public string? GetString(int index) => IsNull(index) ? null : Encoding.UTF8.GetString(GetBytes(index));

    /// <summary>A null among <paramref name="values"/> becomes a null.</summary>
    public static StringViewArray From(params IReadOnlyList<string?> values) => new(ByteStrings.Of(values).ToViewData(StringViewType.Default));
}
