using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Strata.EndToEnd.Tests;

/// <summary>A server with a certificate that no authority knows, as most robots' are.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("strata-tls-").FullName;

    [Fact]
    public async Task Commands_of_the_same_data_directory_know_the_servers_certificate()
    {
        var (certificate, key) = WritePem();
        var environment = new Dictionary<string, string> { ["Strata__Tls__Certificate"] = certificate, ["Strata__Tls__Key"] = key };
        await using var server = await StrataServerProcess.StartAsync(_data, environment, "--default-rules", "none");

        var created = await StrataProgram.RunAsync(_data, "dataset", "create", "mine");

        server.Url.Scheme.ShouldBe("https");
        created.Code.ShouldBe(0, created.Error);
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_is_said_and_nothing_is_served()
    {
        var environment = new Dictionary<string, string> { ["Strata__Tls__Certificate"] = "/nowhere.pfx" };

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => StrataServerProcess.StartAsync(_data, environment));

        refused.Message.ShouldContain("TLS certificate /nowhere.pfx: expected a PKCS#12 file with its private key, found: ");
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private (string Certificate, string Key) WritePem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=robot", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var path = Path.Combine(_data, "robot.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(path + ".key", key.ExportPkcs8PrivateKeyPem());
        return (path, path + ".key");
    }
}
