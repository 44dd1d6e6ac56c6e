namespace Strata.EventStore.Sqlite;

/// <param name="Keep">False: what was written for this request is rolled back, and its caller still gets the value.</param>
internal readonly record struct Written<T>(T Value, bool Keep);

/// <summary>One caller's part of a group commit.</summary>
internal abstract class WriteRequest(int weight)
{
    private const int Waiting = 0;
    private const int Started = 1;
    private const int Cancelled = 2;

    private int _state = Waiting;

    /// <summary>Rows it writes, roughly; a group commit ends when enough are together.</summary>
    public int Weight { get; } = weight;

    /// <summary>It runs with no other and in no transaction.</summary>
    public bool IsAlone { get; init; }

    /// <returns>False when its caller gave up while it waited.</returns>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Waiting) == Waiting;

    /// <summary>Once started it runs to its end, so that its caller learns what came of it.</summary>
    public void Cancel(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
        {
            SetCancelled(cancellationToken);
        }
    }

    /// <returns>Whether what it wrote is to be kept.</returns>
    public abstract bool Execute(WriteSession session);

    /// <summary>The commit is on disk: the caller may know.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception failure);

    protected abstract void SetCancelled(CancellationToken cancellationToken);
}

internal sealed class WriteRequest<T>(int weight, Func<WriteSession, Written<T>> work) : WriteRequest(weight)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _value = default!;

    public Task<T> Completion => _completion.Task;

    public override bool Execute(WriteSession session)
    {
        (_value, var keep) = work(session);
        return keep;
    }

    public override void Complete() => _completion.SetResult(_value);

    public override void Fail(Exception failure) => _completion.SetException(failure);

    protected override void SetCancelled(CancellationToken cancellationToken) => _completion.SetCanceled(cancellationToken);
}
