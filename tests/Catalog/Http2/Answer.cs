namespace Strata.Catalog.Tests.Http2;

/// <summary>What came back on one stream.</summary>
internal sealed class Answer
{
    private readonly List<byte> _body = [];

    public Dictionary<string, string> Headers { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Trailers { get; } = new(StringComparer.Ordinal);

    public byte[] Body => [.. _body];

    public bool TrailersOnly { get; private set; }

    public bool Ended { get; private set; }

    /// <summary>The server's error code when it reset the stream.</summary>
    public byte? ResetWith { get; private set; }

    /// <summary>From the trailers, or from the headers of a trailers-only answer.</summary>
    public string? Status => (TrailersOnly ? Headers : Trailers).GetValueOrDefault("grpc-status");

    public string? Message => (TrailersOnly ? Headers : Trailers).GetValueOrDefault("grpc-message") is { } text ? Uri.UnescapeDataString(text) : null;

    /// <returns>False: it was the last one.</returns>
    public bool Take(Frame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Headers:
                var first = Headers.Count == 0;
                foreach (var (name, value) in Hpack.Decode(frame.Payload))
                {
                    (first ? Headers : Trailers)[name] = value;
                }

                TrailersOnly = first && frame.EndsStream;
                break;
            case FrameKind.Data:
                _body.AddRange(frame.Payload);
                break;
            case FrameKind.RstStream:
                ResetWith = frame.Payload[3];
                return false;
        }

        Ended |= frame.EndsStream;
        return !frame.EndsStream;
    }
}
