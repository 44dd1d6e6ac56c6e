using System.Security.Cryptography;
using System.Text;

namespace Strata.Registrar;

internal static class CommandIds
{
    /// <summary>For a request that nobody will repeat under the same id.</summary>
#pragma warning disable RS0030 // names a request before anything is decided about it
    public static string Fresh() => Guid.CreateVersion7().ToString("N");
#pragma warning restore RS0030

    /// <summary>The same parts give the same id on every machine. A NUL ends each part, which none can contain.</summary>
    public static string Of(string useCase, IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts.Prepend(useCase))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
