using System.Text.Json;
using Strata.Rrd;

namespace Strata.Deriving;

/// <summary>What a deriver reads: columns of the input layers, and the rule's parameters.</summary>
public sealed class SegmentInput
{
    private readonly IReadOnlyDictionary<string, NumberColumn> _given;

    private SegmentInput(string segment, string outputLayer, JsonElement parameters, IReadOnlyList<Chunk> chunks, IReadOnlyDictionary<string, NumberColumn> given) =>
        (Segment, OutputLayer, Parameters, Chunks, _given) = (segment, outputLayer, parameters, chunks, given);

    /// <summary>Id of the segment, which is that of its recordings.</summary>
    public string Segment { get; }

    /// <summary>Name of the layer that is derived.</summary>
    public string OutputLayer { get; }

    /// <summary>An object, with the defaults of the definition where the rule says nothing.</summary>
    public JsonElement Parameters { get; }

    /// <summary>What was loaded of all inputs, for columns that are no numbers.</summary>
    public IReadOnlyList<Chunk> Chunks { get; }

    /// <summary>A column of lists of numbers over an index: times in order, each once; of two rows at one time the newer one.</summary>
    /// <param name="column">An entity path, which means its scalars, or <c>entity:component</c>.</param>
    /// <param name="index">Name of a timeline.</param>
    /// <exception cref="ColumnException">It is not there, or holds no numbers.</exception>
    public NumberColumn Numbers(string column, string index)
    {
        ArgumentNullException.ThrowIfNull(column);
        return _given.TryGetValue(column, out var given) ? given : NumberColumn.Of(Chunks, ColumnName.Parse(column), index);
    }

    /// <summary>For tests: an input of columns that are told, without a file.</summary>
    /// <param name="parameters">A JSON object.</param>
    /// <param name="columns">By the text with which the deriver asks for them.</param>
    public static SegmentInput OfColumns(string outputLayer, string parameters, IReadOnlyDictionary<string, NumberColumn> columns) =>
        new("segment", outputLayer, JsonElement.Parse(parameters), [], columns);

    /// <summary>Loads the recording of the segment out of files.</summary>
    /// <param name="paths">One a layer.</param>
    /// <param name="reads">As <see cref="SegmentDeriver.Reads"/>.</param>
    /// <exception cref="RrdFormatException">A file is no recording.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static async Task<SegmentInput> ReadAsync(
        IReadOnlyList<string> paths, string segment, string outputLayer, JsonElement parameters, IReadOnlyList<string> reads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var entities = reads.Select(read => ColumnName.Parse(read).Entity).ToHashSet();
        var chunks = new List<Chunk>();
        foreach (var path in paths)
        {
            using var file = FileBytes.Open(path);
            var reader = await RrdReader.OpenAsync(file, cancellationToken).ConfigureAwait(false);
            foreach (var entry in reader.Contents.Recordings.Where(store => store.Id.RecordingId == segment).SelectMany(store => store.Manifest.Entries))
            {
                if (entities.Count == 0 || entities.Contains(entry.EntityPath))
                {
                    chunks.Add(await reader.ReadChunkAsync(entry, cancellationToken).ConfigureAwait(false));
                }
            }
        }

        return new(segment, outputLayer, parameters, chunks, new Dictionary<string, NumberColumn>());
    }
}
