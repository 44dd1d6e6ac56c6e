using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Strata.Catalog.Transport;

/// <summary>What a server shows of itself over TLS, with the intermediate certificates of its file.</summary>
public sealed record ServerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    /// <param name="path">A PKCS#12 file (<c>.pfx</c>), or, with <paramref name="keyPath"/>, a PEM file.</param>
    /// <param name="keyPath">The PEM file of the private key; null for PKCS#12.</param>
    /// <param name="password">Of the PKCS#12 file or of the key; null when it has none.</param>
    /// <exception cref="InvalidOperationException">The files are not there, not of that kind, or the password is another one.</exception>
    public static ServerCertificate Load(string path, string? keyPath, string? password)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return keyPath is null ? LoadPkcs12(path, password) : LoadPem(path, keyPath, password);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            var expected = keyPath is null ? "a PKCS#12 file with its private key" : $"a PEM certificate with its private key in {keyPath}";
            throw new InvalidOperationException($"TLS certificate {path}: expected {expected}{(password is null ? "" : " and this password")}, found: {e.Message}", e);
        }
    }

    private static ServerCertificate LoadPkcs12(string path, string? password)
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password);
        var own = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw new CryptographicException("no private key in it");
        all.Remove(own);
        return new(own, all);
    }

    private static ServerCertificate LoadPem(string path, string keyPath, string? password)
    {
        var own = password is null ? X509Certificate2.CreateFromPemFile(path, keyPath) : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(path);
        return new(own, [.. all.Where(c => c.Thumbprint != own.Thumbprint)]);
    }
}
