using Strata.Arrow;

namespace Strata.Catalog.Reading;

/// <summary>A start and an end, both inclusive, for each chunk that has them.</summary>
internal readonly struct TimeSpans
{
    private readonly PrimitiveArray<long> _starts;
    private readonly PrimitiveArray<long> _ends;

    public TimeSpans(RecordBatch index, int start, int end)
    {
        _starts = Times(index, start);
        _ends = Times(index, end);
    }

    public bool IsPresent(int chunk) => _starts.IsValid(chunk) && _ends.IsValid(chunk);

    public long Start(int chunk) => _starts.Values[chunk];

    public long End(int chunk) => _ends.Values[chunk];

    private static PrimitiveArray<long> Times(RecordBatch index, int column) =>
        index.Column(column) as PrimitiveArray<long>
        ?? throw new InvalidDataException(
            $"chunk index: expected times in the column '{index.Schema.GetFieldByIndex(column).Name}', found {index.Column(column).DataType}; verify the log, or restore it");
}
