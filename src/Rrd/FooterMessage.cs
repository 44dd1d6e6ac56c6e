using Google.Protobuf;

namespace Strata.Rrd;

/// <summary>The footer of a file, of the manifests and schemas that its writer collected. Source: rrd-format §2.8, §9.</summary>
/// <param name="Parts">Of the stores that have chunks.</param>
/// <param name="Broken">Why Rerun would refuse the footer, so that it must be left out; null when it would not.</param>
internal sealed record FooterMessage(IReadOnlyList<(StoreId Store, FooterPart Part)> Parts, string? Broken)
{
    public static FooterMessage Of(IEnumerable<(StoreId Store, ManifestBuilder Manifest, SorbetSchemaBuilder Schema)> stores)
    {
        var parts = new List<(StoreId, FooterPart)>();
        foreach (var (store, manifest, schema) in stores.Where(store => store.Manifest.Count > 0))
        {
            var part = FooterPart.Of(manifest, schema);
            if (part.Broken is { } broken)
            {
                return new([], $"{store}: {broken}");
            }
            parts.Add((store, part));
        }
        return new(parts, null);
    }

    public byte[] ToPayload(bool useLz4)
    {
        var footer = new Wire.RrdFooter();
        footer.Manifests.AddRange(Parts.Select(part => part.Part.ToWire(part.Store, useLz4)));
        return footer.ToByteArray();
    }
}
