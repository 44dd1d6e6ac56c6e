using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strata.Catalog.Tokens;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Runs operations in the server of the data directory, over HTTP, with progress as it comes.</summary>
internal sealed class HttpOperations(DataDirectory data, RunningServer server) : IOperations, ILogStreams, IDataframeStreams, IDisposable
{
    /// <summary>Checked when a call begins: a command makes its calls at once.</summary>
    private static readonly TimeSpan OwnerTokenLifetime = TimeSpan.FromHours(1);

    private readonly HttpClient _http = Client(data, server);

    public async Task<TResponse> RunAsync<TRequest, TResponse>(
        OperationRoute<TRequest, TResponse> route, TRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var (url, body) = RequestParts.Split(route, request);
        using var message = new HttpRequestMessage(route.Method, url);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(OperationEndpoints.StreamedContentType));
        if (body is not null)
        {
            message.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.Content.Headers.ContentType?.MediaType != OperationEndpoints.StreamedContentType)
            {
                await using var other = await response.Content.ReadAsStreamAsync(cancellationToken);
                throw await RefusalAsync(url, "a streamed answer", response, other, cancellationToken);
            }

            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await ReadAsync(stream, route, progress, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ServerAwayException(server, e.Message);
        }
    }

    public Task ExportAsync(Stream to, CancellationToken cancellationToken) => CopyAsync(LogEndpoints.Export, to, LogTransfer.CopyAsync, cancellationToken);

    /// <exception cref="ServerAwayException">It may be asked again from the last line that came.</exception>
    public async Task FollowAsync(long afterPosition, bool follow, Stream to, CancellationToken cancellationToken)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"{LogEndpoints.Events}?{LogEndpoints.From}={afterPosition}&{LogEndpoints.Follow}={(follow ? "true" : "false")}");
        try
        {
            await CopyAsync(url, to, (from, lines, token) => from.CopyToAsync(lines, token), cancellationToken);
        }
        catch (IOException e)
        {
            // The lines go to memory: what broke is the connection.
            throw new ServerAwayException(server, e.Message);
        }
    }

    public async Task WriteAsync(QueryRequest request, Stream to, CancellationToken cancellationToken)
    {
        var (url, _) = RequestParts.Split(DataframeEndpoints.Route, request);
        try
        {
            using var response = await _http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await using var from = await response.Content.ReadAsStreamAsync(cancellationToken);
            if (response.Content.Headers.ContentType?.MediaType != DataframeEndpoints.ContentType || !response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(url, "rows", response, from, cancellationToken);
            }

            await from.CopyToAsync(to, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException)
        {
            throw new OperationException(OperationErrors.Internal, $"the server at {server.Url} (process {server.ProcessId}) broke the rows off: {e.Message}", "its log says why; strata verify tells which files are not as they were registered");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<OperationException> RefusalAsync(string url, string expected, HttpResponseMessage response, Stream from, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "application/json"
            && await JsonSerializer.DeserializeAsync(from, ApiJson.Default.OperationError, cancellationToken) is { } error)
        {
            return new(error.Code, error.Message, error.Next);
        }

        return UnknownAnswer(url, expected, response.StatusCode);
    }

    /// <summary>A process of many may have no door for commands, and is found all the same, since it holds the data directory.</summary>
    private OperationException UnknownAnswer(string url, string expected, HttpStatusCode status) => status == HttpStatusCode.NotFound
        ? new(
            OperationErrors.FailedPrecondition,
            $"the process {server.ProcessId} that holds this data directory takes no command '{url}' at {server.Url}: it runs without the role web, or is of another version (its: {server.Version}, this: {ProgramVersion.Text})",
            "run the command on the data directory of a process with the role web, with the same settings (docs/processes.md)")
        : new(OperationErrors.Internal, $"{server.Url}{url}: expected {expected}, found HTTP {(int)status}", "is the running server of the same version (strata --version), and has it the role web?");

    private async Task CopyAsync(string url, Stream to, Func<Stream, Stream, CancellationToken, Task> copy, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode >= HttpStatusCode.InternalServerError)
            {
                throw new ServerAwayException(server, $"HTTP {(int)response.StatusCode}");
            }

            if (!response.IsSuccessStatusCode)
            {
                throw UnknownAnswer(url, "a stream of lines", response.StatusCode);
            }

            await using var from = await response.Content.ReadAsStreamAsync(cancellationToken);
            await copy(from, to, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new ServerAwayException(server, e.Message);
        }
    }

    internal static HttpClient Client(DataDirectory data, RunningServer server)
    {
        var handler = new SocketsHttpHandler();
        if (server.CertificateSha256 is { } expected)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString(HashAlgorithmName.SHA256) == expected;
        }

        var http = new HttpClient(handler) { BaseAddress = new Uri(server.Url), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new(Asker.CommandAgent, ProgramVersion.Text));
        http.DefaultRequestHeaders.Authorization = server.RequiresToken ? new("Bearer", TokenOfOwner(server.TokenSecret ?? data.OwnTokenSecret, OwnerTokenLifetime)) : null;
        return http;
    }

    /// <summary>Whoever reads the secret owns the server, and may do everything with it.</summary>
    /// <param name="secret">Its file.</param>
    internal static string TokenOfOwner(string secret, TimeSpan lifetime) => new TokenIssuer(TokenSecret.LoadOrCreate(secret), TimeProvider.System)
        .Create(new NewToken(Environment.UserName, [new ScopeGrant(AccessScope.Admin, null)], [], lifetime));

    private static async Task<TResponse> ReadAsync<TRequest, TResponse>(
        Stream stream, OperationRoute<TRequest, TResponse> route, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken) is { } text)
        {
            var line = JsonSerializer.Deserialize(text, ApiJson.Default.OperationLine);
            switch (line)
            {
                case { Progress: { } step }:
                    progress.Report(step);
                    break;
                case { Result: { } result }:
                    return result.Deserialize(route.Response) ?? throw new OperationException(OperationErrors.Internal, "the server's answer was empty", null);
                case { Error: { } error }:
                    throw new OperationException(error.Code, error.Message, error.Next);
                default:
                    throw new OperationException(OperationErrors.Internal, "the server sent a line that is neither progress nor an answer", null);
            }
        }

        throw new IOException("the answer ended before its result");
    }
}
