using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Strata.Catalog.Transport;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The one port of a server, whoever answers on it: how it is opened, how commands find it, and why it cannot be had.</summary>
internal static class ServerPort
{
    /// <summary>A call may name a million recordings, at some 250 bytes each.</summary>
    private const long LargestRequestBytes = 256L << 20;

    public static void Configure(WebApplicationBuilder builder, IPEndPoint listen, ServerCertificate? certificate)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = LargestRequestBytes;
            kestrel.ListenOnOnePort(listen, certificate, TimeProvider.System);
        });
    }

    /// <summary>From now on commands of the same data directory ask there.</summary>
    public static void Announce(DataDirectory data, string url, ServeOptions options, HostSettings settings, ServerCertificate? certificate) =>
        new RunningServer(ReachableHere(url), Environment.ProcessId, DateTimeOffset.UtcNow, ProgramVersion.Text)
        {
            CertificateSha256 = certificate?.Certificate.GetCertHashString(HashAlgorithmName.SHA256),
            RequiresToken = options.RequiresToken,
            TokenSecret = settings.TokenSecretFile,
        }.Write(data);

    /// <summary>"Any address" can be listened on and not called: what is called from here is loopback, which is among them.</summary>
    public static string ReachableHere(string url)
    {
        var address = new UriBuilder(url);
        return IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? $"{address.Scheme}://{new IPEndPoint(ip.Equals(IPAddress.Any) ? IPAddress.Loopback : IPAddress.IPv6Loopback, address.Port)}"
            : url;
    }

    /// <summary>Asked before anything is started: a port that somebody has is the commonest reason not to start, and deserves a short answer.</summary>
    /// <exception cref="OperationException">Somebody has it, or there is no such address here.</exception>
    public static void RequireFree(IPEndPoint listen)
    {
        try
        {
            using var listener = new TcpListener(listen);
            listener.Start();
        }
        catch (SocketException e)
        {
            throw Refused(listen, e.SocketErrorCode);
        }
    }

    /// <summary>For somebody who took the port after it was asked for.</summary>
    /// <returns>Null: it was not the listener that failed. What stands deeper in an exception may be of any other connection, such as the database's.</returns>
    public static OperationException? TryExplain(Exception failure, IPEndPoint listen) => failure switch
    {
        SocketException e => Refused(listen, e.SocketErrorCode),
        IOException { InnerException: AddressInUseException } => Refused(listen, SocketError.AddressAlreadyInUse),
        _ => null,
    };

    private static OperationException Refused(IPEndPoint listen, SocketError refused)
    {
        if (refused != SocketError.AddressAlreadyInUse)
        {
            return new(OperationErrors.Invalid, $"cannot listen on {listen}: {new SocketException((int)refused).Message}", $"--listen {ServeOptions.DefaultListen}, or another address of this machine");
        }

        var owner = PortOwner.Find(listen.Port) is { } found ? $" by {found}" : "";
        return new(OperationErrors.PortTaken, $"port {listen.Port.ToString(CultureInfo.InvariantCulture)} is taken{owner}", $"--listen {listen.Address}:0 takes a free one");
    }
}
