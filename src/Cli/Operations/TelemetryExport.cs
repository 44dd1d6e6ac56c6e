using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Strata.Contracts;

namespace Strata.Cli;

/// <param name="Endpoint"><c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; null: nothing is sent.</param>
/// <param name="ServiceName"><c>OTEL_SERVICE_NAME</c>, else <c>strata</c>.</param>
internal sealed record TelemetrySettings(string? Endpoint, string ServiceName);

/// <summary>
/// Sends traces and metrics over OTLP while <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; protocol, headers, sampler and intervals are OpenTelemetry's own variables. What is
/// not sent yet is sent at the stop.
/// </summary>
internal sealed class TelemetryExport(TelemetrySettings settings, IReadOnlyList<string> roles, ILogger<TelemetryExport> logger) : IHostedService, IDisposable
{
    private const string ServiceNamespace = "strata";
    private const string RolesAttribute = "strata.roles";

    private static readonly string[] Sources = [StrataTracing.SourceName, "Microsoft.AspNetCore", "MassTransit", "Npgsql", "System.Net.Http"];

    private OpenTelemetrySdk? _sdk;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Endpoint is null)
        {
            return Task.CompletedTask;
        }

        _sdk = OpenTelemetrySdk.Create(telemetry => telemetry
            .ConfigureResource(resource => resource
                .AddService(settings.ServiceName, ServiceNamespace, ProgramVersion.Text)
                .AddAttributes([new(RolesAttribute, string.Join(',', roles))]))
            .WithTracing(traces => traces.AddSource(Sources).AddOtlpExporter())
            .WithMetrics(metrics => metrics.AddMeter([.. OperationServicesOfHost.Meters.Select(m => m.EndsWith('.') ? m + "*" : m)]).AddOtlpExporter()));
        logger.LogInformation("telemetry: traces and metrics go to {Endpoint}", settings.Endpoint);
        return Task.CompletedTask;
    }

    /// <summary>The SDK waits for a collector that does not answer for some seconds and no longer.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => Interlocked.Exchange(ref _sdk, null)?.Dispose();
}
