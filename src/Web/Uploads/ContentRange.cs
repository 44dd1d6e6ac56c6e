using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Strata.Recordings;

namespace Strata.Web;

/// <summary>Which bytes of a file a request brings: <c>Content-Range: bytes 0-99/200</c>, or without it the whole file. Source: RFC 9110 §14.4, §14.5.</summary>
internal static class ContentRange
{
    private const string Form = "bytes FIRST-LAST/TOTAL, all three in bytes, LAST counted in";

    /// <exception cref="OperationException">The header says no such part, or the body has another length.</exception>
    public static UploadPart PartOf(HttpRequest request)
    {
        if (request.Headers.ContentRange.ToString() is not { Length: > 0 } text)
        {
            return UploadPart.Whole(request.ContentLength);
        }

        if (!ContentRangeHeaderValue.TryParse(text, out var range) || range is not { Unit.Value: "bytes", From: { } first, To: { } last, Length: { } total })
        {
            throw Invalid($"Content-Range: expected {Form}, found '{text}'");
        }

        var length = last - first + 1;
        return request.ContentLength is { } sent && sent != length
            ? throw Invalid(string.Create(CultureInfo.InvariantCulture, $"Content-Range: expected a body of {length} bytes, found a Content-Length of {sent}"))
            : new(first, length, total);
    }

    private static OperationException Invalid(string message) => new(OperationErrors.Invalid, message, "send the part that the header names, or the whole file without it");
}
