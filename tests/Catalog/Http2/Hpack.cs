using System.Text;

namespace Strata.Catalog.Tests.Http2;

/// <summary>Header blocks without Huffman codes and without a dynamic table, which the client's settings forbid. Source: RFC 7541.</summary>
internal static class Hpack
{
    private const int LiteralNeverIndexed = 0x10;

    /// <summary>Appendix A, from index 1 on.</summary>
    private static readonly (string Name, string Value)[] StaticTable =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"), (":scheme", "https"),
        (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"),
        ("accept-charset", ""), ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""), ("content-disposition", ""),
        ("content-encoding", ""), ("content-language", ""), ("content-length", ""), ("content-location", ""), ("content-range", ""), ("content-type", ""),
        ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""),
        ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""),
        ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""),
        ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ];

    public static byte[] Encode(IEnumerable<(string Name, string Value)> headers)
    {
        var block = new List<byte>();
        foreach (var (name, value) in headers)
        {
            block.Add(LiteralNeverIndexed);
            AddText(block, name);
            AddText(block, value);
        }

        return [.. block];
    }

    public static List<KeyValuePair<string, string>> Decode(ReadOnlySpan<byte> block)
    {
        var headers = new List<KeyValuePair<string, string>>();
        while (block.Length > 0)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
            {
                var (name, value) = StaticTable[Integer(ref block, 7) - 1];
                headers.Add(new(name, value));
            }
            else if ((first & 0xe0) == 0x20)
            {
                Integer(ref block, 5);
            }
            else
            {
                var index = Integer(ref block, (first & 0x40) != 0 ? 6 : 4);
                var name = index == 0 ? Text(ref block) : StaticTable[index - 1].Name;
                headers.Add(new(name, Text(ref block)));
            }
        }

        return headers;
    }

    private static void AddText(List<byte> block, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length < 127)
        {
            block.Add((byte)bytes.Length);
        }
        else
        {
            block.Add(127);
            for (var rest = bytes.Length - 127; ; rest >>= 7)
            {
                block.Add((byte)(rest < 128 ? rest : (rest & 127) | 128));
                if (rest < 128)
                {
                    break;
                }
            }
        }

        block.AddRange(bytes);
    }

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        (block[0] & 0x80).ShouldBe(0, "Kestrel writes no Huffman codes");
        var length = Integer(ref block, 7);
        var text = Encoding.UTF8.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    private static int Integer(ref ReadOnlySpan<byte> block, int bits)
    {
        var mask = (1 << bits) - 1;
        var value = block[0] & mask;
        block = block[1..];
        for (var shift = 0; value >= mask || shift > 0; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            value += (next & 127) << shift;
            if ((next & 128) == 0)
            {
                break;
            }
        }

        return value;
    }
}
