using System.Text.Json.Serialization;

namespace Strata.Web;

/// <summary>The JSON of REST and of <c>--json</c>: snake_case, nulls written so that keys are stable. Source: DESIGN §12.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(OperationLine))]
[JsonSerializable(typeof(CreateDatasetRequest))]
[JsonSerializable(typeof(CreateDatasetResponse))]
[JsonSerializable(typeof(RenameDatasetRequest))]
[JsonSerializable(typeof(RenameDatasetResponse))]
[JsonSerializable(typeof(DeleteDatasetRequest))]
[JsonSerializable(typeof(DeleteDatasetResponse))]
[JsonSerializable(typeof(ListDatasetsRequest))]
[JsonSerializable(typeof(ListDatasetsResponse))]
[JsonSerializable(typeof(ReadDatasetRequest))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(RegisterResponse))]
[JsonSerializable(typeof(ListSegmentsRequest))]
[JsonSerializable(typeof(ReadManifestRequest))]
[JsonSerializable(typeof(TableResponse))]
[JsonSerializable(typeof(WhyRequest))]
[JsonSerializable(typeof(WhyResponse))]
[JsonSerializable(typeof(HistoryRequest))]
[JsonSerializable(typeof(HistoryResponse))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(RebuildRequest))]
[JsonSerializable(typeof(RebuildResponse))]
[JsonSerializable(typeof(VerifyRequest))]
[JsonSerializable(typeof(VerifyResponse))]
[JsonSerializable(typeof(ListQuarantineRequest))]
[JsonSerializable(typeof(ListQuarantineResponse))]
[JsonSerializable(typeof(ShowQuarantinedRequest))]
[JsonSerializable(typeof(QuarantinedRecording))]
[JsonSerializable(typeof(ReleaseQuarantinedRequest))]
[JsonSerializable(typeof(DiscardQuarantinedRequest))]
[JsonSerializable(typeof(UnregisterRequest))]
[JsonSerializable(typeof(UnregisterResponse))]
[JsonSerializable(typeof(ListRulesRequest))]
[JsonSerializable(typeof(ListRulesResponse))]
[JsonSerializable(typeof(DeclareRuleRequest))]
[JsonSerializable(typeof(DeclareRuleResponse))]
[JsonSerializable(typeof(ResumeRuleRequest))]
[JsonSerializable(typeof(ResumeRuleResponse))]
public sealed partial class ApiJson : JsonSerializerContext;
