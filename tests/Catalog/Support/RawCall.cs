using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Strata.Catalog.Tests.Http2;

namespace Strata.Catalog.Tests;

/// <param name="Status">OK also for a stream that stays open.</param>
/// <param name="Messages">Of the answer.</param>
internal sealed record RawAnswer(StatusCode Status, string? Message, IReadOnlyList<byte[]> Messages);

/// <summary>A call of any kind, of bytes that need not be a message.</summary>
internal static class RawCall
{
    /// <param name="body">gRPC frames.</param>
    /// <param name="staysOpen">Of a stream that does not end by itself: its headers are the answer.</param>
    public static async Task<RawAnswer> SendAsync(HttpClient http, Uri server, string method, byte[] body, bool staysOpen, params (string Name, string Value)[] headers)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"/rerun.cloud.v1alpha1.RerunCloudService/{method}"));
        (call.Version, call.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        call.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/grpc") } };
        call.Headers.TE.Add(new("trailers"));
        foreach (var (name, value) in headers)
        {
            call.Headers.Add(name, value);
        }

        using var answer = await http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        if (StatusOf(answer.Headers) is { } refused)
        {
            return new(refused.Status, refused.Message, []);
        }

        if (staysOpen)
        {
            return new(StatusCode.OK, null, []);
        }

        var answered = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var ended = StatusOf(answer.TrailingHeaders) ?? throw new InvalidOperationException($"{method} ended without a status");
        return new(ended.Status, ended.Message, [.. GrpcFrames.Decode(answered).Select(f => f.Message)]);
    }

    private static (StatusCode Status, string? Message)? StatusOf(HttpResponseHeaders headers) => headers.TryGetValues("grpc-status", out var status)
        ? ((StatusCode)int.Parse(status.Single(), CultureInfo.InvariantCulture), headers.TryGetValues("grpc-message", out var message) ? Uri.UnescapeDataString(message.Single()) : null)
        : null;
}
