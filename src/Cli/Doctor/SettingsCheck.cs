using System.Runtime.CompilerServices;

namespace Strata.Cli;

/// <summary>Whether the settings can be read at all: a server with a wrong one does not start, and this says so before.</summary>
internal sealed class SettingsCheck(HostSettings settings) : IDoctorCheck
{
    public string Name => "settings";

    public async IAsyncEnumerable<DoctorLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        using var certificate = settings.LoadCertificate()?.Certificate;
        var hooks = WebhookSettings.Read(settings.Configuration);
        _ = (settings.RabbitMq, settings.SweepEvery, settings.RequireTokens, settings.Oidc, settings.LogsAreJson);
        yield return DoctorLine.Ok(
            Name, $"{(certificate is null ? "no certificate" : $"a certificate until {certificate.NotAfter:yyyy-MM-dd}")}, {Cells.Count(hooks.Length, "webhook")}, {(settings.Telemetry.Endpoint is { } to ? $"telemetry to {to}" : "no telemetry")}");
        if (certificate is not null && certificate.NotAfter - TimeProvider.System.GetLocalNow() < TimeSpan.FromDays(14))
        {
            yield return DoctorLine.Warning(Name, $"the certificate ends at {certificate.NotAfter:yyyy-MM-dd HH:mm}", "renew it; the server reads it at its start");
        }
    }
}
