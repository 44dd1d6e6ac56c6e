using System.Text.Json;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Set">Tags by name: true, false, a number or a text; others of the segment stay.</param>
/// <param name="Remove">Names of tags that are to go; one that is not there is gone already.</param>
public sealed record TagSegmentRequest(string Dataset, string Segment, IReadOnlyDictionary<string, JsonElement>? Set = null, IReadOnlyList<string>? Remove = null);

/// <param name="Tags">All that the segment has now.</param>
/// <param name="Changed">False: they were so already, and nothing was written.</param>
public sealed record TagSegmentResponse(string Segment, IReadOnlyDictionary<string, JsonElement> Tags, bool Changed, long Position);

/// <summary>
/// Gives tags to a segment: properties <c>property:tags:NAME</c> beside its layers, by the use case behind Rerun's <c>SetSegmentProperties</c>. What a client keeps there beside
/// them stays. Source: docs/tags.md, catalog-protocol §11.6.
/// </summary>
public sealed class TagSegmentOperation(IRegistrar registrar, Catalog catalog) : IOperation<TagSegmentRequest, TagSegmentResponse>
{
    /// <summary>Whoever writes between the look and the append makes it look again; more than a few such are a fight.</summary>
    private const int MaxAttempts = 8;

    public static OperationRoute<TagSegmentRequest, TagSegmentResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/tags", "Give tags to a segment, or take them away", ApiJson.Default.TagSegmentRequest, ApiJson.Default.TagSegmentResponse)
    {
        Needs = AccessScope.Register,
    };

    public async Task<TagSegmentResponse> RunAsync(TagSegmentRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        Refuse(request);
        var entry = await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(request, entry.Dataset, asker, cancellationToken);
            }
            catch (CommandRefusedException e) when (e.Kind == RefusalKind.FailedPrecondition && attempt < MaxAttempts)
            {
                // Somebody else changed them meanwhile: theirs are kept, and these laid over them.
            }
        }
    }

    private static void Refuse(TagSegmentRequest request)
    {
        foreach (var name in (request.Set?.Keys ?? []).Concat(request.Remove ?? []))
        {
            TagNames.Refuse(name);
        }

        if ((request.Set?.Keys ?? []).Intersect(request.Remove ?? [], StringComparer.Ordinal).FirstOrDefault() is { } both)
        {
            throw new OperationException(OperationErrors.Invalid, $"tag '{both}': expected to be set or to be removed, found both", null);
        }

        if ((request.Set?.Count ?? 0) + (request.Remove?.Count ?? 0) == 0)
        {
            throw new OperationException(OperationErrors.Invalid, "expected a tag to set or to remove, found none", "strata tag DATASET SEGMENT reviewed=true");
        }
    }

    private async Task<TagSegmentResponse> TryAsync(TagSegmentRequest request, DatasetId dataset, Asker asker, CancellationToken cancellationToken)
    {
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var table = await models.Segments.ReadSchemaAsync(dataset, asOf: null, cancellationToken);
        await RequireSegmentAsync(models, dataset, request, cancellationToken);
        var standing = (await models.SegmentProperties.ReadAsync(dataset, [request.Segment], asOf: null, cancellationToken)).SingleOrDefault();
        var before = standing is null ? new RecordBatch(new Schema([]), [], 1) : RecordBatch.FromIpcStream(standing.PropertiesIpc);
        var (after, changed) = Lay(request, before, table);
        if (!changed)
        {
            return new(request.Segment, TagValues.Read(before), Changed: false, models.Position);
        }

        if (after.ColumnCount == 0)
        {
            var removed = await registrar.RemoveSegmentPropertiesAsync(new(dataset, [(request.Segment, (ulong)standing!.Revision)], asker.Source), cancellationToken);
            await catalog.CaughtUpAsync(cancellationToken);
            return new(request.Segment, TagValues.Read(after), Changed: true, removed);
        }

        var outcome = await registrar.SetSegmentPropertiesAsync(new(dataset, request.Segment, after.ToIpcStream(), (ulong)(standing?.Revision ?? 0), asker.Source), cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        return new(request.Segment, TagValues.Read(after), Changed: true, outcome.Position);
    }

    private static async Task RequireSegmentAsync(IReadModels models, DatasetId dataset, TagSegmentRequest request, CancellationToken cancellationToken)
    {
        var found = await models.Segments.ReadAsync(dataset, new TableQuery([request.Segment]) { Columns = ["rerun_segment_id"] }, cancellationToken);
        if (found.Length == 0)
        {
            throw new OperationException(OperationErrors.NotFound, $"dataset '{request.Dataset}' has no segment '{request.Segment}'", $"strata segments {ShellWord.Of(request.Dataset)}");
        }
    }

    private static (RecordBatch After, bool Changed) Lay(TagSegmentRequest request, RecordBatch before, Schema table)
    {
        var columns = new OrderedDictionary<string, (Field Field, IArrowArray Values)>(StringComparer.Ordinal);
        foreach (var (field, values) in before.Schema.FieldsList.Zip(before.Arrays))
        {
            columns.TryAdd(field.Name, (field, values));
        }

        var changed = false;
        foreach (var name in request.Remove ?? [])
        {
            changed |= columns.Remove(TagNames.Prefix + name);
        }

        var tags = TagValues.Read(before);
        foreach (var (name, value) in request.Set ?? new Dictionary<string, JsonElement>())
        {
            var column = TagNames.Prefix + name;
            var list = TagValues.ToList(name, value, table.GetFieldIndex(column) is >= 0 and var known && table.GetFieldByIndex(known).DataType is ListType of ? of.ValueDataType : null);
            var field = new Field(column, list.DataType, nullable: true);
            changed |= !tags.TryGetValue(name, out var old) || !JsonElement.DeepEquals(old, TagValues.Read(new RecordBatch(new Schema([field]), [list], 1))[name]);
            columns[column] = (field, list);
        }

        if (columns.Keys.Count(name => name.StartsWith(TagNames.Prefix, StringComparison.Ordinal)) is var count && count > TagNames.MaxTags)
        {
            throw new OperationException(OperationErrors.Invalid, $"segment '{request.Segment}': expected at most {TagNames.MaxTags} tags, found {count}; --remove takes some away", null);
        }

        return (new RecordBatch(new Schema([.. columns.Values.Select(c => c.Field)]), [.. columns.Values.Select(c => c.Values)], 1), changed);
    }
}
