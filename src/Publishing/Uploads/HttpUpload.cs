using System.Globalization;
using System.Net;
using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>
/// <c>PUT /recordings/&lt;sha256&gt;</c>. Before it sends anything it asks how much is there, and after any doubt it asks again: what the server says is where it goes on.
/// </summary>
public sealed class HttpUpload : IRecordingUpload, IDisposable
{
    /// <summary>On a 404 or 409: bytes of the file that are there.</summary>
    public const string OffsetHeader = "Upload-Offset";

    /// <summary>A server and a robot that do not agree on an offset this often do not speak the same protocol.</summary>
    private const int MostTurns = 8;

    /// <summary>Nothing went out or came in for so long: the connection is dead, though nobody said so.</summary>
    private static readonly TimeSpan Stalled = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;
    private readonly Uri _server;
    private readonly BandwidthLimit _limit;
    private readonly TimeProvider _time;

    public HttpUpload(RobotServer server, BandwidthLimit limit, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(server);
        (_http, _server, _limit, _time) = (server.CreateClient(), server.Url, limit, time);
    }

    public async Task<bool> IsThereAsync(Sha256Digest sha256, long sizeBytes, CancellationToken cancellationToken) => await OffsetAsync(sha256, sizeBytes, cancellationToken).ConfigureAwait(false) is null;

    public async Task UploadAsync(string file, Sha256Digest sha256, long sizeBytes, Action<long> sent, CancellationToken cancellationToken)
    {
        RefuseChanged(file, sizeBytes);
        for (var turn = 0; turn < MostTurns; turn++)
        {
            if (await OffsetAsync(sha256, sizeBytes, cancellationToken).ConfigureAwait(false) is not { } offset)
            {
                sent(sizeBytes);
                return;
            }

            if (await PutAsync(file, sha256, offset, sizeBytes, sent, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        throw new LinkDownException($"{_server}: it never agreed where {file} goes on, asked {MostTurns} times");
    }

    public void Dispose() => _http.Dispose();

    /// <returns>Bytes that are there; null when it is whole.</returns>
    private async Task<long?> OffsetAsync(Sha256Digest sha256, long sizeBytes, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Path(sha256));
        using var response = await SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => null,
            HttpStatusCode.NotFound => Offset(response, sizeBytes),
            _ => throw UploadAnswers.Failure(_server, response.StatusCode, ""),
        };
    }

    /// <returns>False when it has to be asked again where to go on.</returns>
    private async Task<bool> PutAsync(string file, Sha256Digest sha256, long offset, long sizeBytes, Action<long> sent, CancellationToken cancellationToken)
    {
        using var watch = new StallWatch(Stalled, _time, cancellationToken);
        using var content = new FileContent(file, offset, sizeBytes, _limit, at =>
        {
            watch.Moved();
            sent(at);
        });
        using var request = new HttpRequestMessage(HttpMethod.Put, Path(sha256)) { Content = content };
        // Whoever is refused learns it before gigabytes have gone out.
        request.Headers.ExpectContinue = true;
        using var response = await SendAsync(request, watch, cancellationToken).ConfigureAwait(false);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent:
                return true;
            case HttpStatusCode.Conflict or HttpStatusCode.RequestedRangeNotSatisfiable:
                return false;
            case HttpStatusCode.UnprocessableEntity when SpoolFiles.HashOf(file, cancellationToken) != sha256:
                throw new RecordingRefusedException($"{file} is not what it was when it was spooled: its bytes changed since. Publish it again, and give this one up: strata spool drop", needsPerson: true);
            default:
                throw UploadAnswers.Failure(_server, response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, StallWatch? watch, CancellationToken cancellationToken)
    {
        using var own = watch is null ? new StallWatch(Stalled, _time, cancellationToken) : null;
        var token = (watch ?? own!).Token;
        try
        {
            return await _http.SendAsync(request, token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException && LocalFault(e) is null)
        {
            throw new LinkDownException(token.IsCancellationRequested ? $"{_server}: nothing moved for {Stalled.TotalSeconds:N0} s" : $"{_server}: {Innermost(e)}", e);
        }
        catch (Exception e) when (LocalFault(e) is { } fault)
        {
            throw new RecordingRefusedException($"{fault.Message}. The file has to stay where it is until it is done, or is spooled by copy", needsPerson: true, e);
        }
    }

    private static Exception? LocalFault(Exception? e) => e is null or SpooledFileException ? e : LocalFault(e.InnerException);

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message;

    /// <summary>What the server says, as far as it makes sense; else from the beginning.</summary>
    private static long Offset(HttpResponseMessage response, long sizeBytes) =>
        response.Headers.TryGetValues(OffsetHeader, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset < sizeBytes ? offset : 0;

    private static void RefuseChanged(string file, long sizeBytes)
    {
        var found = FileStamp.Of(file)?.SizeBytes;
        if (found != sizeBytes)
        {
            throw new RecordingRefusedException(
                found is null ? $"{file} is gone, and was not uploaded before" : $"{file} had {sizeBytes} bytes when it was spooled and has {found} now. Publish it again, and give this one up: strata spool drop", needsPerson: true);
        }
    }

    private static string Path(Sha256Digest sha256) => $"recordings/{sha256.Value}";
}
