namespace Strata.EndToEnd.Tests;

/// <summary>What a child process says, line by line as it comes: a pipe that nobody empties would stop it one day.</summary>
internal sealed class SpokenLines
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="read">What it said before.</param>
    public SpokenLines(TextReader output, params IEnumerable<string> read)
    {
        _lines = [.. read];
        Ended = ReadAsync(output);
    }

    public Task Ended { get; }

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <exception cref="InvalidOperationException">The process has ended without a line with these words.</exception>
    public async Task<string> UntilAsync(string words, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_lines.Find(l => l.Contains(words, StringComparison.Ordinal)) is { } line)
                {
                    return line;
                }

                next = Ended.IsCompleted ? throw new InvalidOperationException($"it ended without saying '{words}':\n{string.Join('\n', _lines)}") : _next.Task;
            }

            await Task.WhenAny(next, Ended).WaitAsync(cancellationToken);
        }
    }

    private async Task ReadAsync(TextReader output)
    {
        while (await output.ReadLineAsync(CancellationToken.None) is { } line)
        {
            TaskCompletionSource told;
            lock (_lock)
            {
                _lines.Add(line);
                (told, _next) = (_next, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            told.SetResult();
        }
    }
}
