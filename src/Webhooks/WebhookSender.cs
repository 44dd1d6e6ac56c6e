using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Strata.Contracts;

namespace Strata.Webhooks;

/// <summary>Hands one message to its receiver, once. Follows no redirect, keeps no cookie, reads no answer.</summary>
public sealed class WebhookSender(TimeProvider time) : IDisposable
{
    /// <summary>Standard Webhooks' advice is 15 to 30 s: a receiver that works longer should answer first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Patience };

    /// <returns>Null when the receiver has it; else why not, in words.</returns>
    public async Task<WebhookRefusal?> SendAsync(Webhook hook, WebhookMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hook);
        ArgumentNullException.ThrowIfNull(message);
        var (body, now) = (message.ToJson(), time.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add(WebhookSignature.IdHeader, message.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, WebhookSignature.TimestampOf(now));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(hook.Secret.Span, message.Id, now, body));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("strata", StrataVersion.Current));
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode
                ? null
                : new($"expected 2xx, found {(int)response.StatusCode} {response.ReasonPhrase}", IsUnwanted: response.StatusCode == HttpStatusCode.Gone);
        }
        catch (HttpRequestException e)
        {
            return new(e.Message, IsUnwanted: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new($"no answer within {Patience.TotalSeconds:N0} s", IsUnwanted: false);
        }
    }

    public void Dispose() => _http.Dispose();
}

/// <param name="IsUnwanted">The receiver wants to hear no more of it (410): trying again would be rude.</param>
/// <param name="IsOver">It was tried for as long as the hook says.</param>
public sealed record WebhookRefusal(string Words, bool IsUnwanted, bool IsOver = false);
