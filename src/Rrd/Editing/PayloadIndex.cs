using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>What a sound footer tells of each payload, found by where it lies.</summary>
internal sealed class PayloadIndex
{
    private readonly Dictionary<long, (RrdStore Store, int Row)> _places = [];

    private PayloadIndex(IEnumerable<RrdStore> stores)
    {
        foreach (var store in stores)
        {
            for (var row = 0; row < store.Manifest.Count; row++)
            {
                _places.Add(store.Manifest.ByteOffsets[row], (store, row));
            }
        }
    }

    /// <summary>Null when there is no footer that can be used. What is wrong then is found again by whoever reads the messages.</summary>
    public static async ValueTask<PayloadIndex?> TryReadAsync(IRandomAccessBytes bytes, CancellationToken cancellationToken)
    {
        var head = await bytes.ReadAsync(0, StreamHeader.Size, cancellationToken).ConfigureAwait(false);
        return StreamHeader.IsOne(head.Span)
            && await FooterReader.TryReadAsync(bytes, StreamHeader.Read(head.Span, 0), new FindingList(), cancellationToken).ConfigureAwait(false) is { } contents
                ? new PayloadIndex(contents.Stores)
                : null;
    }

    /// <summary>The manifest and the row in it of the payload at this offset, with the schema of its store.</summary>
    public (RrdManifest Manifest, int Row, Schema Schema)? Find(long offset) =>
        _places.TryGetValue(offset, out var place) ? (place.Store.Manifest, place.Row, place.Store.Schema) : null;
}
