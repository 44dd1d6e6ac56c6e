using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>
/// <c>POST /api/v1/recordings</c> of the server, for a robot without a broker: the same messages, and each is answered at once. Which robot it is, is the subject of its token.
/// </summary>
public sealed class HttpLink(RobotServer server, string robot, TimeProvider time) : IRobotLink
{
    private const string Door = "api/v1/recordings";

    /// <summary>A server that opens a file of gigabytes to compare its hash needs a while; one that says nothing for so long is gone.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http = server.CreateClient();

    /// <summary>Each comes with the response to its message.</summary>
    public string? AnswersRefused => null;

    /// <summary>There is no connection to lose: each request says for itself whether it got through.</summary>
    public bool IsConnected { get; private set; }

    public Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        var isNew = !IsConnected;
        IsConnected = true;
        return Task.FromResult(isNew);
    }

    public async Task<RecordingAnswered?> PublishAsync(RecordingPublished message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var (status, body) = await PostAsync(Door, RobotJson.Write(message), cancellationToken).ConfigureAwait(false);
        if (status != HttpStatusCode.OK)
        {
            throw Failure(status, body);
        }

        return RobotJson.ReadAnswer(body) ?? throw new LinkDownException($"{server.Url}: expected a robot's answer, found something else; is it a strata serve of this version?");
    }

    public async Task BeatAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        var (status, body) = await PostAsync($"api/v1/fleet/{Uri.EscapeDataString(robot)}/heartbeat", RobotJson.WriteForRest(heartbeat), cancellationToken).ConfigureAwait(false);
        if (status != HttpStatusCode.OK)
        {
            throw new LinkDownException(Failure(status, body).Message);
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        using var watch = new StallWatch(AnswerWithin, time, cancellationToken);
        try
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, watch.Token).ConfigureAwait(false);
            return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(watch.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new LinkDownException(watch.Token.IsCancellationRequested ? $"{server.Url}: no answer within {AnswerWithin.TotalSeconds:N0} s" : $"{server.Url}: {Innermost(e)}", e);
        }
    }

    private Exception Failure(HttpStatusCode status, byte[] body) => status switch
    {
        HttpStatusCode.Unauthorized => new RecordingRefusedException($"{server.Url} does not take this robot's token (HTTP 401). Give one with the right to register: STRATA_TOKEN, made by strata token create --register --subject {ShellWord.Of(robot)}", needsPerson: false),
        HttpStatusCode.Forbidden => new RecordingRefusedException($"{server.Url} does not let this robot's token do that (HTTP 403){Told(body)}", needsPerson: false),
        HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => new LinkDownException($"{server.Url} takes no messages of robots (HTTP {(int)status}). Is it a strata serve of this version, with the role web?"),
        HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => new LinkDownException($"{server.Url} cannot take it now (HTTP {(int)status}){Told(body)}"),
        _ => new RecordingRefusedException($"{server.Url}: expected the message to be taken, found HTTP {(int)status}{Told(body)}", needsPerson: true),
    };

    /// <summary>The server's own words, or of another one's page some.</summary>
    private static string Told(byte[] body)
    {
        try
        {
            var error = JsonElement.Parse(body);
            return TextOf(error, "message") is { } message ? $": {message}{(TextOf(error, "next") is { } next ? $". Next: {next}" : "")}" : "";
        }
        catch (JsonException)
        {
            return UploadAnswers.Told(System.Text.Encoding.UTF8.GetString(body));
        }
    }

    private static string? TextOf(JsonElement error, string member) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message;
}
