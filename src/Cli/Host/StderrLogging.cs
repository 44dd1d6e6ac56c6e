using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Strata.Cli;

/// <summary>Logs go to stderr, one line each: stdout is for data.</summary>
internal static class StderrLogging
{
    public static void Configure(ILoggingBuilder logging, HostSettings settings, LogLevel usual)
    {
        logging.ClearProviders();
        if (settings.LogsAreJson)
        {
            logging.AddConsole(console => console.FormatterName = JsonLogFormatter.FormatterName).AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        }
        else
        {
            AddText(logging);
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(settings.Verbose ? LogLevel.Debug : usual);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        if (!settings.Verbose)
        {
            // It tells of a failed start with its stack trace; the command tells of the same in one line.
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

            // It writes a stack trace for each request that is no gRPC: the caller is told, and the log is not theirs to fill.
            logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
        }

        logging.AddFilter("Grpc", LogLevel.Warning);
        // Of a broker that does not answer, BrokerWatch tells in one line; what becomes of messages is told by the transports.
        logging.AddFilter("MassTransit", settings.Verbose ? LogLevel.Warning : LogLevel.None);
        logging.AddFilter("MassTransit.ReceiveTransport", LogLevel.Warning);
        logging.AddFilter("MassTransit.SendTransport", LogLevel.Warning);
        logging.AddConfiguration(settings.Configuration.GetSection("Logging"));
    }

    private static void AddText(ILoggingBuilder logging) => logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss.fff ";
        console.UseUtcTimestamp = true;
        console.ColorBehavior = Console.IsErrorRedirected ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Default;
    });
}
