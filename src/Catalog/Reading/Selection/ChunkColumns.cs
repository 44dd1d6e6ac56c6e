using Strata.Arrow;

namespace Strata.Catalog.Reading;

/// <summary>Names of the columns of a chunk index that do not depend on the recording. Source: rrd-format §9.2.</summary>
internal static class ChunkColumns
{
    public const string EntityPath = "chunk_entity_path";
    public const string ChunkId = "chunk_id";
    public const string IsStatic = "chunk_is_static";
    public const string ByteOffset = "chunk_byte_offset";
    public const string ByteSize = "chunk_byte_size";
    public const string UncompressedSize = "chunk_byte_size_uncompressed";

    /// <summary>Bytes of a chunk's id.</summary>
    public const int IdBytes = 16;

    /// <exception cref="InvalidDataException">The column is missing, of another type, or has nulls.</exception>
    public static T Require<T>(RecordBatch index, string name)
        where T : class, IArrowArray =>
        index.TryColumn(name) is T { NullCount: 0 } column
            ? column
            : throw new InvalidDataException(
                $"chunk index: expected a column '{name}' of {typeof(T).Name} without nulls, found {index.Schema}; verify the log, or restore it");
}
