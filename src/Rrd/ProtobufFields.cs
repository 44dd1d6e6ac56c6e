namespace Strata.Rrd;

/// <summary>Walks the fields of one protobuf message without copying them.</summary>
internal ref struct ProtobufFields(ReadOnlySpan<byte> message, long fileOffset)
{
    private const int MaxVarintBytes = 10;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    public int Number { get; private set; }

    /// <summary>Value of a varint or fixed field; 0 otherwise.</summary>
    public ulong Integer { get; private set; }

    /// <summary>Content of a length-delimited field; empty otherwise.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Where <see cref="Bytes"/> starts in the message.</summary>
    public int BytesStart { get; private set; }

    /// <summary>Steps to the next field. False at the end.</summary>
    public bool MoveNext()
    {
        if (_position == _message.Length)
        {
            return false;
        }
        var key = ReadVarint();
        if (key >> 3 is 0 or > int.MaxValue >> 3)
        {
            throw Malformed("a field number", $"{key >> 3}");
        }
        Number = (int)(key >> 3);
        Integer = 0;
        Bytes = default;
        switch (key & 7)
        {
            case 0:
                Integer = ReadVarint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                var length = ReadVarint();
                if (length > (ulong)(_message.Length - _position))
                {
                    throw Malformed($"a field of at most {_message.Length - _position} bytes", $"one of {length}");
                }
                BytesStart = _position;
                Bytes = Take((int)length);
                break;
            case 5:
                Take(4);
                break;
            default:
                throw Malformed("a wire type of 0, 1, 2 or 5", $"{key & 7}");
        }
        return true;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _message.Length - _position)
        {
            throw Malformed($"{count} more bytes", $"{_message.Length - _position}");
        }
        var taken = _message.Slice(_position, count);
        _position += count;
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var i = 0; i < MaxVarintBytes; i++)
        {
            if (_position == _message.Length)
            {
                throw Malformed("more bytes of a number", "the end of the message");
            }
            var next = _message[_position++];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }
        throw Malformed($"a number of at most {MaxVarintBytes} bytes", "a longer one");
    }

    private readonly RrdFormatException Malformed(string expected, string found) =>
        new(fileOffset + _position, $"{expected} in a protobuf message", found, "The message is damaged: copy the file again.");
}
