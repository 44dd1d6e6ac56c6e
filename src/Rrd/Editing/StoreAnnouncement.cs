using Google.Protobuf;

namespace Strata.Rrd.Editing;

/// <summary>The message that announces a store, complete so that every Rerun takes it. Source: rrd-format §2.1, §2.2.</summary>
internal static class StoreAnnouncement
{
    /// <summary>For a store that nobody announced.</summary>
    public static Wire.SetStoreInfo OfUnknown { get; } = new()
    {
        Info = new Wire.StoreInfo
        {
            StoreSource = new Wire.StoreSource { Kind = Wire.StoreSourceKind.Other, Extra = new Wire.StoreSourceExtra { Payload = ByteString.CopyFromUtf8("unknown") } },
        },
    };

    /// <summary>What <paramref name="info"/> lacks is filled in.</summary>
    public static Wire.SetStoreInfo Of(StoreId id, Wire.SetStoreInfo info)
    {
        var written = info.Clone();
        written.Info ??= new Wire.StoreInfo();
        written.Info.StoreId = WireMessage.From(id);
        written.Info.ApplicationId = null;
        written.Info.StoreSource ??= new Wire.StoreSource { Kind = Wire.StoreSourceKind.Unspecified };
        written.RowId = WireMessage.From(info.RowId is { } rowId ? new Tuid(rowId.TimeNs, rowId.Inc) : new Tuid(0, 0));
        return written;
    }
}
