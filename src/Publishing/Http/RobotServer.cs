using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>The server of a robot.</summary>
/// <param name="Token">Sent as <c>Authorization: Bearer</c>; null: none.</param>
public sealed record RobotServer(Uri Url, string? Token)
{
    /// <summary>An answer is a receipt, a robot's answer or a sentence.</summary>
    private const int MostAnswerBytes = 64 * 1024;

    /// <summary>SHA-256 of the certificate that it shows, in hexadecimal, where somebody vouches for that one; null: as the system trusts.</summary>
    public string? CertificateSha256 { get; init; }

    internal HttpClient CreateClient()
    {
        // A redirect would take the token elsewhere.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (CertificateSha256 is { } expected)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString(HashAlgorithmName.SHA256) == expected;
        }

        var http = new HttpClient(handler) { BaseAddress = Url, Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostAnswerBytes };
        http.DefaultRequestHeaders.UserAgent.Add(new("strata-publish", StrataVersion.Current));
        http.DefaultRequestHeaders.Authorization = Token is null ? null : new("Bearer", Token);
        return http;
    }
}
