using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Strata.Catalog.Transport;

namespace Strata.Catalog.Tests.Transport;

/// <summary>The same port over TLS: ALPN chooses. Source: catalog-protocol §1.2.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Password = "open sesame";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-tls-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Form.Pfx)]
    [InlineData(Form.Pem)]
    [InlineData(Form.PemWithPassword)]
    public async Task A_configured_certificate_serves_http_1_and_http_2(Form form)
    {
        using var own = NewCertificate("localhost", issuer: null);
        var certificate = Write(form, own);
        await using var host = await TransportHost.StartAsync(certificate: ServerCertificate.Load(certificate.Path, certificate.Key, certificate.Password));
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == own.GetCertHashString();
        using var http = new HttpClient(handler);

        foreach (var version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, "/plain")) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await http.SendAsync(request, Token);
            (response.Version, await response.Content.ReadAsStringAsync(Token)).ShouldBe((version, "plain"));
        }

        host.Url.Scheme.ShouldBe("https");
        host.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Intermediate_certificates_of_the_file_are_shown_too()
    {
        using var issuer = NewCertificate("issuer", issuer: null);
        using var own = NewCertificate("localhost", issuer);
        var path = Path.Combine(_folder, "chain.pem");
        File.WriteAllText(path, own.ExportCertificatePem() + "\n" + issuer.ExportCertificatePem());
        File.WriteAllText(path + ".key", own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

        var loaded = ServerCertificate.Load(path, path + ".key", password: null);

        loaded.Certificate.Subject.ShouldBe("CN=localhost");
        loaded.Chain.Select(c => c.Subject).ShouldBe(["CN=issuer"]);
    }

    [Theory]
    [InlineData(Form.Pfx)]
    [InlineData(Form.PemWithPassword)]
    public void A_wrong_password_is_said_with_the_file(Form form)
    {
        using var own = NewCertificate("localhost", issuer: null);
        var (path, key, _) = Write(form, own);

        Should.Throw<InvalidOperationException>(() => ServerCertificate.Load(path, key, "wrong")).Message.ShouldStartWith($"TLS certificate {path}: expected ");
    }

    [Fact]
    public void A_missing_file_is_said() =>
        Should.Throw<InvalidOperationException>(() => ServerCertificate.Load("/nowhere/cert.pfx", null, null)).Message.ShouldStartWith("TLS certificate /nowhere/cert.pfx: expected a PKCS#12 file with its private key, found: ");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (string Path, string? Key, string? Password) Write(Form form, X509Certificate2 certificate)
    {
        var path = Path.Combine(_folder, form == Form.Pfx ? "cert.pfx" : "cert.pem");
        if (form == Form.Pfx)
        {
            File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, Password));
            return (path, null, Password);
        }

        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(path + ".key", form == Form.Pem
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));
        return (path, path + ".key", form == Form.Pem ? null : Password);
    }

    private static X509Certificate2 NewCertificate(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: issuer is null, false, 0, true));
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        if (issuer is null)
        {
            return request.CreateSelfSigned(from, to);
        }

        using var signed = request.Create(issuer, issuer.NotBefore, issuer.NotAfter, [1, 2, 3]);
        return signed.CopyWithPrivateKey(key);
    }

    public enum Form
    {
        Pfx,
        Pem,
        PemWithPassword,
    }
}
