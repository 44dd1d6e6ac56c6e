namespace Strata.Projections.Folding;

/// <summary>
/// What was asked for lately. Two halves: when the young one is full it becomes the old one, and what nobody asked for since is forgotten.
/// </summary>
/// <param name="capacity">At least two are remembered.</param>
internal sealed class Recent<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly int _half = Math.Max(1, capacity / 2);
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    public bool TryGet(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value)
    {
        if (_young.TryGetValue(key, out value))
        {
            return true;
        }

        if (!_old.Remove(key, out value))
        {
            return false;
        }

        Add(key, value);
        return true;
    }

    public void Add(TKey key, TValue value)
    {
        if (_young.Count >= _half)
        {
            (_young, _old) = ([], _young);
        }

        _young.Add(key, value);
    }
}
