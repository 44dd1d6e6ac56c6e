using Microsoft.Extensions.Logging;

namespace Strata.Bus.Tests;

/// <summary>What a relay says of its turn.</summary>
internal sealed class Sayings : ILogger<LeasedRelay>
{
    private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _awaited = "";

    public List<string> Lines { get; } = [];

    public Task Until(string words)
    {
        lock (Lines)
        {
            _awaited = words;
            return Lines.Exists(l => l.Contains(words, StringComparison.Ordinal)) ? Task.CompletedTask : _said.Task;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Lines)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            Lines.Add(formatter(state, exception));
            if (_awaited.Length > 0 && Lines[^1].Contains(_awaited, StringComparison.Ordinal))
            {
                _said.TrySetResult();
            }
        }
    }
}
