using System.Collections.Frozen;
using System.Collections.Immutable;
using Grpc.Core;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Reading;

/// <summary>
/// Where the two generations of clients expect different answers to one QueryDataset request: until 0.40 it is how readers ask, from 0.41 on it is translated into
/// FindChunks, which cannot say all of it. Source: catalog-protocol §2.14, §11.5.
/// </summary>
internal abstract class QueryDatasetRules
{
    private static readonly QueryDatasetRules Until040 = new Original();
    private static readonly QueryDatasetRules From041 = new Translated();

    /// <summary>Whether a segment with an empty list of values is left out, or answers its static chunks.</summary>
    public abstract bool EmptySampleSelectsNothing { get; }

    /// <summary>Whether a query on a timeline that the dataset does not have is refused, or answers static chunks.</summary>
    public abstract bool UnknownTimelineIsRefused { get; }

    public static QueryDatasetRules Of(ClientGeneration client) => client.AsksByQueryDataset ? Until040 : From041;

    /// <exception cref="CatalogException">The request asks for what this generation does not offer.</exception>
    public abstract void Refuse(QueryDatasetRequest request);

    /// <summary>Components that all entities are narrowed to; null: none.</summary>
    public abstract FrozenSet<string>? ComponentsOf(QueryDatasetRequest request);

    /// <summary>Timelines whose start in each chunk is told.</summary>
    /// <param name="all">Those of the dataset, sorted.</param>
    /// <param name="queried">Those of the query.</param>
    public abstract ImmutableArray<string> StartsOf(QueryDatasetRequest request, ImmutableArray<string> all, ImmutableArray<string> queried);

    private sealed class Original : QueryDatasetRules
    {
        public override bool EmptySampleSelectsNothing => false;

        public override bool UnknownTimelineIsRefused => false;

        public override void Refuse(QueryDatasetRequest request)
        {
            if (request.ChunkIds.Count > 0)
            {
                throw new CatalogException(StatusCode.Unimplemented, "query_dataset: querying specific chunk ids is not implemented");
            }

            if (request.SelectAllEntityPaths && request.EntityPaths.Count > 0)
            {
                throw CatalogException.InvalidArgument("cannot specify entity paths if `select_all_entity_paths` is true");
            }
        }

        public override FrozenSet<string>? ComponentsOf(QueryDatasetRequest request) => null;

        public override ImmutableArray<string> StartsOf(QueryDatasetRequest request, ImmutableArray<string> all, ImmutableArray<string> queried) => all;
    }

    private sealed class Translated : QueryDatasetRules
    {
        public override bool EmptySampleSelectsNothing => true;

        public override bool UnknownTimelineIsRefused => true;

        public override void Refuse(QueryDatasetRequest request)
        {
            if (request.ChunkIds.FirstOrDefault(id => !id.HasTimeNs || !id.HasInc) is { } broken)
            {
                throw CatalogException.MissingField(broken.HasTimeNs ? "rerun.common.v1alpha1.Tuid.inc" : "rerun.common.v1alpha1.Tuid.time_ns");
            }

            var scan = request.ScanParameters;
            var unsaid = request switch
            {
                { ChunkIds.Count: > 0 } => "chunk_ids",
                { ExcludeStaticData: true } => "exclude_static_data",
                { ExcludeTemporalData: true } => "exclude_temporal_data",
                _ when scan?.HasFilter == true => "scan_parameters.filter",
                _ when scan?.HasLimitOffset == true => "scan_parameters.limit_offset",
                _ when scan?.HasLimitLen == true => "scan_parameters.limit_len",
                _ when scan?.OrderBy.Count > 0 => "scan_parameters.order_by",
                _ => null,
            };
            if (unsaid is not null)
            {
                throw CatalogException.InvalidArgument($"`{unsaid}` has no equivalent in `FindChunks`");
            }

            if (request.SelectAllEntityPaths && request.EntityPaths.Count > 0)
            {
                throw CatalogException.InvalidArgument("`select_all_entity_paths` is true, but `entity_paths` is not empty");
            }
        }

        public override FrozenSet<string>? ComponentsOf(QueryDatasetRequest request) =>
            request.FuzzyDescriptors.Count == 0 ? null : request.FuzzyDescriptors.ToFrozenSet(StringComparer.Ordinal);

        public override ImmutableArray<string> StartsOf(QueryDatasetRequest request, ImmutableArray<string> all, ImmutableArray<string> queried) =>
            [.. all.Where(t => queried.Contains(t) || request.ScanParameters?.Columns.Contains($"{t}:start") == true)];
    }
}
