using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// What a server says on its port while the database that it needs to begin is away: <c>/alive</c>, <c>/health</c> with the reason, and to all others that it does not serve yet.
/// A manager that restarts what is dead lets it wait, and one that asks for health sends nobody there.
/// </summary>
internal sealed class WaitingRoom : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DataDirectory _data;

    private WaitingRoom(WebApplication app, DataDirectory data) => (_app, _data) = (app, data);

    public string Url => _app.Urls.First();

    /// <summary>With the port that was taken where any was asked for: the server that follows has the same.</summary>
    public IPEndPoint Listen(IPEndPoint asked) => new(asked.Address, new Uri(Url).Port);

    /// <param name="missing">What is waited for.</param>
    /// <exception cref="OperationException">Another process has taken the port.</exception>
    public static async Task<WaitingRoom> OpenAsync(DataDirectory data, ServeOptions options, HostSettings settings, LogLevel usual, IPartHealth missing, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        StderrLogging.Configure(builder.Logging, settings, usual);
        var certificate = settings.LoadCertificate();
        ServerPort.Configure(builder, options.Listen, certificate);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddSingleton(new HealthWatch([missing], RoleNames.Of(options.Roles), TimeProvider.System));
        var app = builder.Build();
        try
        {
            app.MapStrataHealth();
            app.MapFallback("{**path}", context => RefuseAsync(context, missing));
            await app.StartAsync(cancellationToken);
            var room = new WaitingRoom(app, data);
            ServerPort.Announce(data, room.Url, options, settings, certificate);
            return room;
        }
        catch (Exception e)
        {
            await app.DisposeAsync();
            if (ServerPort.TryExplain(e, options.Listen) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        RunningServer.Remove(_data);
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static async Task RefuseAsync(HttpContext context, IPartHealth missing)
    {
        var found = await missing.LookAsync(context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsJsonAsync(
            new OperationError(OperationErrors.StorageRefused, $"the server does not serve yet: {found.Words}", found.Next), ApiJson.Default.OperationError, contentType: null, context.RequestAborted);
    }
}
