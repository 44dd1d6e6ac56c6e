using Strata.Arrow;

namespace Strata.Catalog.Registration;

/// <param name="Messages">Null when there is nothing to say.</param>
internal sealed record TaskRow(string Id, string Status, string? Messages);

internal static class TaskStatus
{
    public const string Success = "success";
    public const string Pending = "pending";
    public const string Failed = "failed";
    public const string NotFound = "not found";
}

/// <summary>The table of tasks. Source: catalog-protocol §2.17.</summary>
internal static class TaskTable
{
    private const byte Attempts = 1;

    private static readonly Arrow.Schema Newest = Columns(new Field("blob", BinaryType.Default, nullable: true));

    /// <summary>Of 0.36: the length in the blob's place.</summary>
    private static readonly Arrow.Schema Older = Columns(new Field("blob_len", UInt64Type.Default, nullable: true));

    public static RecordBatch Of(IReadOnlyList<TaskRow> rows, bool hasBlobs)
    {
        string?[] nothing = new string?[rows.Count];
        var never = TimestampArray.From(TimestampType.Nanosecond, new long[rows.Count], new bool[rows.Count]);
        IArrowArray blobs = hasBlobs ? BinaryArray.From(new byte[]?[rows.Count]) : UInt64Array.From(new ulong[rows.Count], new bool[rows.Count]);
        return new(
            hasBlobs ? Newest : Older,
            [
                StringArray.From([.. rows.Select(r => r.Id)]),
                StringArray.From(nothing),
                StringArray.From(nothing),
                StringArray.From([.. rows.Select(r => r.Status)]),
                StringArray.From([.. rows.Select(r => r.Messages)]),
                blobs,
                StringArray.From(nothing),
                never,
                UInt8Array.From([.. rows.Select(_ => Attempts)]),
                never,
                never,
            ],
            rows.Count);
    }

    private static Arrow.Schema Columns(Field blob) => new(
    [
        new("task_id", StringType.Default, nullable: false),
        new("kind", StringType.Default, nullable: true),
        new("data", StringType.Default, nullable: true),
        new("exec_status", StringType.Default, nullable: false),
        new("msgs", StringType.Default, nullable: true),
        blob,
        new("lease_owner", StringType.Default, nullable: true),
        new("lease_expiration", TimestampType.Nanosecond, nullable: true),
        new("attempts", UInt8Type.Default, nullable: false),
        new("creation_time", TimestampType.Nanosecond, nullable: true),
        new("last_update_time", TimestampType.Nanosecond, nullable: true),
    ]);
}
