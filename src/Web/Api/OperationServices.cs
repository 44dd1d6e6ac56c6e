using Microsoft.Extensions.DependencyInjection;
using Strata.Projections;

namespace Strata.Web;

public static class OperationServices
{
    /// <summary>
    /// Adds every operation over the ports. The host brings <c>IEventStore</c>, <c>ILogCopy</c>, <c>IReadModels</c>, <c>IRebuild</c>, <c>IProjectionControl</c>, <c>IRegistrar</c>, <c>IContentCollector</c>, <c>IErasePurged</c>, <c>KeptRecordings</c>, <c>IRecordingStore</c>, <see cref="IDiskUsage"/>,
    /// <c>IHeartbeats</c>, <c>IHandle&lt;RobotHeartbeat&gt;</c>, <c>TimeProvider</c>, <see cref="RuleSets"/>, <c>IBackfills</c>, <c>ISegmentConditions</c>, <see cref="IRuleDerivers"/>, <see cref="IDeriverList"/>, <see cref="IRuleSuggestions"/>, <see cref="IRuleTrials"/>, <see cref="IWebhookList"/>, <see cref="IWhyStories"/> and <see cref="IVerifyDerivedLayers"/>.
    /// </summary>
    public static IServiceCollection AddStrataOperations(this IServiceCollection services)
    {
        services.AddSingleton<IOperations>(provider => new LocalOperations(provider, Asker.Here));
        services.AddSingleton<ILogStreams, LogStreams>();
        services.AddSingleton<IDataframeStreams>(provider => new DataframeStreams(provider.GetRequiredService<DatasetQueries>(), Asker.Here));
        services.AddSingleton<DatasetQueries>();
        services.AddSingleton<Catalog>();
        services.AddSingleton<Settlement>();
        services.AddSingleton<RegisteredAnswer>();
        services.AddSingleton<QuarantineEntries>();
        services.AddSingleton<PinnedBytes>();
        services.AddSingleton<ErasableDatasets>();
        services.AddSingleton<IOperation<CreateDatasetRequest, CreateDatasetResponse>, CreateDatasetOperation>();
        services.AddSingleton<IOperation<RenameDatasetRequest, RenameDatasetResponse>, RenameDatasetOperation>();
        services.AddSingleton<IOperation<DeleteDatasetRequest, DeleteDatasetResponse>, DeleteDatasetOperation>();
        services.AddSingleton<IOperation<PinDatasetRequest, PinDatasetResponse>, PinDatasetOperation>();
        services.AddSingleton<IOperation<RetainDatasetRequest, RetainDatasetResponse>, RetainDatasetOperation>();
        services.AddSingleton<IOperation<CollectRequest, CollectResponse>, CollectOperation>();
        services.AddSingleton<IOperation<UsageRequest, UsageResponse>, UsageOperation>();
        services.AddSingleton<IOperation<ListDatasetsRequest, ListDatasetsResponse>, ListDatasetsOperation>();
        services.AddSingleton<IOperation<ReadDatasetRequest, DatasetListing>, ReadDatasetOperation>();
        services.AddSingleton<IOperation<RegisterRequest, RegisterResponse>, RegisterOperation>();
        services.AddSingleton<IOperation<ListSegmentsRequest, TableResponse>, ListSegmentsOperation>();
        services.AddSingleton<IOperation<ReadManifestRequest, TableResponse>, ReadManifestOperation>();
        services.AddSingleton<IOperation<ReadSchemaRequest, ReadSchemaResponse>, ReadSchemaOperation>();
        services.AddSingleton<IOperation<QueryRequest, QueryPlan>, QueryOperation>();
        services.AddSingleton<IOperation<WhyRequest, WhyResponse>, WhyOperation>();
        services.AddSingleton<IOperation<HistoryRequest, HistoryResponse>, HistoryOperation>();
        services.AddSingleton<IOperation<RebuildRequest, RebuildResponse>, RebuildOperation>();
        services.AddSingleton<IOperation<ListProjectionsRequest, ListProjectionsResponse>, ListProjectionsOperation>();
        services.AddSingleton<IOperation<ResumeProjectionsRequest, ListProjectionsResponse>, ResumeProjectionsOperation>();
        services.AddSingleton<IOperation<DropOldGenerationsRequest, DropOldGenerationsResponse>, DropOldGenerationsOperation>();
        services.AddSingleton<IOperation<VerifyRequest, VerifyResponse>, VerifyOperation>();
        services.AddSingleton<IOperation<ListQuarantineRequest, ListQuarantineResponse>, ListQuarantineOperation>();
        services.AddSingleton<IOperation<ShowQuarantinedRequest, QuarantinedRecording>, ShowQuarantinedOperation>();
        services.AddSingleton<IOperation<ReleaseQuarantinedRequest, RegisterResponse>, ReleaseQuarantinedOperation>();
        services.AddSingleton<IOperation<DiscardQuarantinedRequest, QuarantinedRecording>, DiscardQuarantinedOperation>();
        services.AddSingleton<IOperation<UnregisterRequest, UnregisterResponse>, UnregisterOperation>();
        services.AddSingleton<IOperation<TagSegmentRequest, TagSegmentResponse>, TagSegmentOperation>();
        services.AddSingleton<IOperation<PurgeRequest, PurgeResponse>, PurgeOperation>();
        services.AddSingleton<IOperation<ListUnfinishedPurgesRequest, ListUnfinishedPurgesResponse>, ListUnfinishedPurgesOperation>();
        services.AddSingleton<IOperation<ListRulesRequest, ListRulesResponse>, ListRulesOperation>();
        services.AddSingleton<IOperation<ListDeriversRequest, ListDeriversResponse>, ListDeriversOperation>();
        services.AddSingleton<IOperation<ReadFleetRequest, ReadFleetResponse>, ReadFleetOperation>();
        services.AddSingleton<IOperation<SendHeartbeatRequest, SendHeartbeatResponse>, SendHeartbeatOperation>();
        services.AddSingleton<BackfillSelection>(provider => new(provider.GetRequiredService<IReadModels>().Backfills, provider.GetRequiredService<ISegmentConditions>()));
        services.AddSingleton<RuleReach>();
        services.AddSingleton<RuleDefinitions>();
        services.AddSingleton<RuleWarnings>();
        services.AddSingleton<DatasetDerivations>();
        services.AddSingleton<IOperation<ShowRuleRequest, ShowRuleResponse>, ShowRuleOperation>();
        services.AddSingleton<IOperation<RetireRuleRequest, RetireRuleResponse>, RetireRuleOperation>();
        services.AddSingleton<IOperation<SuppressRuleRequest, SuppressRuleResponse>, SuppressRuleOperation>();
        services.AddSingleton<IOperation<AdoptLayerRequest, AdoptLayerResponse>, AdoptLayerOperation>();
        services.AddSingleton<IOperation<ApplyRulesRequest, ApplyRulesResponse>, ApplyRulesOperation>();
        services.AddSingleton<IOperation<ListDerivationsRequest, ListDerivationsResponse>, ListDerivationsOperation>();
        services.AddSingleton<BackfillEntries>();
        services.AddSingleton<IOperation<StartBackfillRequest, StartBackfillResponse>, StartBackfillOperation>();
        services.AddSingleton<IOperation<ListBackfillsRequest, ListBackfillsResponse>, ListBackfillsOperation>();
        services.AddSingleton<IOperation<ShowBackfillRequest, BackfillLine>, ShowBackfillOperation>();
        services.AddSingleton<IOperation<SteerBackfillRequest, BackfillLine>, SteerBackfillOperation>();
        services.AddSingleton<RuleDrafts>();
        services.AddSingleton<IOperation<DeclareRuleRequest, DeclareRuleResponse>, DeclareRuleOperation>();
        services.AddSingleton<IOperation<SuggestRulesRequest, SuggestRulesResponse>, SuggestRulesOperation>();
        services.AddSingleton<IOperation<TestRuleRequest, TestRuleResponse>, TestRuleOperation>();
        services.AddSingleton<IOperation<ResumeRuleRequest, ResumeRuleResponse>, ResumeRuleOperation>();
        services.AddSingleton<IOperation<ListWebhooksRequest, ListWebhooksResponse>, ListWebhooksOperation>();
        return services;
    }
}
