using Microsoft.Extensions.Logging;

namespace Strata.Crash.Projector;

internal sealed class PrintingLogger<T> : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Console.Out.WriteLine($"log: {formatter(state, exception)}");
        }
    }
}
