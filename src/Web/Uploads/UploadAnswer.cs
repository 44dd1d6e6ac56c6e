using System.Text.Json.Serialization;
using Strata.Recordings;

namespace Strata.Web;

/// <summary>The receipt of an upload, in the form of the messages that name it. Source: docs/uploads.md.</summary>
/// <param name="Sha256">What a robot's message names as <c>upload</c>.</param>
/// <param name="SizeBytes">Of the whole file; while it is not whole, of what is there of it.</param>
/// <param name="Stored"><c>new</c>, <c>known</c> or <c>partial</c>.</param>
public sealed record UploadAnswer(string Sha256, long SizeBytes, string Stored)
{
    internal static UploadAnswer Of(UploadReceipt receipt) => new(receipt.Sha256.Value, receipt.SizeBytes, receipt.Outcome switch
    {
        UploadOutcome.New => "new",
        UploadOutcome.Known => "known",
        _ => "partial",
    });
}

/// <summary>Codes of refused uploads, beside <see cref="OperationErrors"/>.</summary>
public static class UploadErrors
{
    public const string OtherBytes = "other_bytes";
    public const string TooLarge = "too_large";
    public const string NoRoom = "no_room";
    public const string UnderWay = "under_way";
    public const string Gap = "gap";
    public const string Cut = "cut";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UploadAnswer))]
internal sealed partial class UploadJson : JsonSerializerContext;
