using Google.Protobuf;

namespace Strata.Catalog.Dataframes;

/// <summary>A schema on the wire: an Arrow IPC stream of the schema message and the end marker. Source: catalog-protocol §3.3.</summary>
internal static class SchemaMessages
{
    public static Protocol.Schema ToMessage(this Arrow.Schema schema) => new() { ArrowSchema = ByteString.CopyFrom(schema.ToIpcStream()) };
}
