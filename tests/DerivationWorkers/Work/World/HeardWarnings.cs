using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What a worker tells whoever looks at its log without asking for details.</summary>
internal sealed class HeardWarnings : ConcurrentQueue<string>, ILogger<DerivationWorker>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Enqueue(formatter(state, exception));
        }
    }
}
