namespace Strata.Arrow;

/// <summary>A batch and the metadata of the message that carried it: facts of this batch alone, where <see cref="Schema.Metadata"/> are those of the whole stream.</summary>
public readonly struct RecordBatchWithMetadata(RecordBatch batch, IReadOnlyDictionary<string, string>? customMetadata)
{
    /// <summary>The batch itself.</summary>
    public RecordBatch Batch => batch;

    /// <summary>Never null; empty when the message has none.</summary>
    public IReadOnlyDictionary<string, string> CustomMetadata => customMetadata ?? Field.NoMetadata;
}
