using System.Net;

namespace Strata.Publishing;

/// <summary>What an answer other than success means for the recording and for the others.</summary>
internal static class UploadAnswers
{
    /// <summary>Of a body so much is told: it may be a page of a proxy.</summary>
    private const int MostTold = 300;

    private const HttpStatusCode InsufficientStorage = (HttpStatusCode)507;

    public static Exception Failure(Uri server, HttpStatusCode status, string body) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new RecordingRefusedException(
            $"{server} does not take this robot's token (HTTP {(int)status}){Told(body)}. Give one with the right to register: STRATA_TOKEN, made by strata token create --register", needsPerson: false),
        HttpStatusCode.RequestEntityTooLarge => new RecordingRefusedException($"{server}: the file is larger than it takes (HTTP 413){Told(body)}. Raise its limit, or cut the recording; then strata spool retry", needsPerson: true),
        HttpStatusCode.UnprocessableEntity => new RecordingRefusedException($"{server}: what arrived is not what was sent (HTTP 422){Told(body)}. It is sent again", needsPerson: false),
        HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => new RecordingRefusedException($"{server} takes no uploads (HTTP {(int)status}){Told(body)}. Is it a strata serve of this version?", needsPerson: false),
        InsufficientStorage => new LinkDownException($"{server} has no room (HTTP 507){Told(body)}"),
        HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => new LinkDownException($"{server} cannot take it now (HTTP {(int)status}){Told(body)}"),
        _ => new RecordingRefusedException($"{server}: expected the file to be taken, found HTTP {(int)status}{Told(body)}", needsPerson: false),
    };

    public static string Told(string body)
    {
        var line = body.ReplaceLineEndings(" ").Trim();
        return line.Length == 0 ? "" : $": {(line.Length <= MostTold ? line : line[..MostTold] + "…")}";
    }
}
