using Strata.Arrow;
using Strata.Registrar;

namespace Strata.Catalog.Registration;

/// <summary>The answer of RegisterWithDataset: exactly these columns, one row a recording. Source: catalog-protocol §2.6.</summary>
internal static class RegistrationTable
{
    private const string SegmentType = "rrd";

    private static readonly Arrow.Schema Columns = new(
        from name in (string[])["rerun_segment_id", "rerun_segment_layer", "rerun_segment_type", "rerun_storage_url", "rerun_task_id"]
        select new Field(name, StringType.Default, nullable: false));

    /// <param name="namesFailed">Whether a failed recording's row names its segment; clients before 0.41 get an empty name.</param>
    /// <param name="registrationId">Under which failures were recorded.</param>
    public static RecordBatch Of(RegisterOutcome outcome, string registrationId, bool namesFailed)
    {
        // One task for all that succeeded: a client asks for each id that it is given.
        var done = TaskIds.Of(outcome.Position);
        var rows = outcome.Recordings;
        return new(
            Columns,
            [
                StringArray.From([.. rows.Select(r => r.FailureIndex is null || namesFailed ? r.Segment ?? "" : "")]),
                StringArray.From([.. rows.Select(r => r.Layer)]),
                StringArray.From([.. rows.Select(_ => SegmentType)]),
                StringArray.From([.. rows.Select(r => r.StorageUrl)]),
                StringArray.From([.. rows.Select(r => r.FailureIndex is { } index ? TaskIds.OfFailure(registrationId, index) : done)]),
            ],
            rows.Length);
    }
}
