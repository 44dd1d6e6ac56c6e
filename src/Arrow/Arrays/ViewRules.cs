using System.Buffers.Binary;
using System.Text.Unicode;

namespace Strata.Arrow;

/// <summary>
/// What must hold of an array of views: each lies within its buffer, and is text where the array is. Views may lie over one another, a million of them over the same megabytes: what is checked
/// once is not checked again, so that the time goes with the buffers, and not with what all views show.
/// </summary>
internal static class ViewRules
{
    /// <summary>What is wrong, or null.</summary>
    public static (string Expected, string Found)? FindFault(ArrayData data)
    {
        TextChecks? text = data.DataType.TypeId == ArrowTypeId.StringView ? new TextChecks(data) : null;
        ReadOnlySpan<byte> views = data.Buffers[1].Span;
        ReadOnlySpan<byte> validity = data.Validity.Span;
        for (int k = 0; k < data.Length; k++)
        {
            if (!validity.IsEmpty && !Bitmap.Get(validity, k))
                continue;
            ReadOnlySpan<byte> view = views.Slice(k * BinaryViewArray.ViewBytes, BinaryViewArray.ViewBytes);
            int length = BinaryPrimitives.ReadInt32LittleEndian(view);
            if (length < 0)
                return ("views of 0 bytes or more", $"{length}");
            if (length <= BinaryViewArray.InlineBytes)
            {
                if (text is not null && !Utf8.IsValid(view.Slice(4, length)))
                    return ("text in UTF-8", "other bytes");
                continue;
            }

            int buffer = BinaryPrimitives.ReadInt32LittleEndian(view[8..]);
            int start = BinaryPrimitives.ReadInt32LittleEndian(view[12..]);
            if (buffer < 0 || buffer >= data.Buffers.Count - 2)
                return ($"views into {data.Buffers.Count - 2} data buffers", $"buffer {buffer}");
            int end = data.Buffers[2 + buffer].Length;
            if (start < 0 || start > end || length > end - start)
                return ($"views within {end} bytes", $"{length} bytes at {start}");
            if (text?.FindFault(buffer, start, length) is { } fault)
                return fault;
        }

        return null;
    }

    /// <summary>Whether parts of buffers are text, of which most buffers are as a whole.</summary>
    private sealed class TextChecks(ArrayData data)
    {
        private readonly bool?[] _isText = new bool?[data.Buffers.Count - 2];
        private readonly long _most = ArrowLimits.FreeSharedBodyBytes + ArrowLimits.MaxBodySharing * data.Buffers.Skip(2).Sum(buffer => (long)buffer.Length);
        private long _checked;

        public (string Expected, string Found)? FindFault(int buffer, int start, int length)
        {
            ReadOnlySpan<byte> bytes = data.Buffers[2 + buffer].Span;
            if (_isText[buffer] ??= Utf8.IsValid(bytes))
                return IsInside(bytes, start) || IsInside(bytes, start + length) ? ("text in UTF-8", "a part of a character") : null;
            _checked += length;
            if (_checked > _most)
                return ($"at most {_most} bytes of views into buffers that are not text as a whole ({nameof(ArrowLimits)}.{nameof(ArrowLimits.MaxBodySharing)})", "more, that lie over one another");
            return Utf8.IsValid(bytes.Slice(start, length)) ? null : ("text in UTF-8", "other bytes");
        }

        // The second to fourth byte of a character.
        private static bool IsInside(ReadOnlySpan<byte> bytes, int at) => at < bytes.Length && (bytes[at] & 0xC0) == 0x80;
    }
}
