namespace Strata.Arrow;

/// <summary>
/// How many values of untrusted arrays a computation may still look at. Arrays can show one value many times (dictionaries, runs, views, unions, list views), and nest that: a few hundred
/// bytes then show 2^40 values, which their length does not tell. What is earned by bytes that were really read never runs out for honest data.
/// </summary>
public sealed class ValueBudget
{
    private long _earned;
    private long _spent;

    /// <summary>Starts with <see cref="ArrowLimits.FreeVisits"/>.</summary>
    public ValueBudget() => _earned = ArrowLimits.FreeVisits;

    private ValueBudget(long visits) => _earned = visits;

    /// <summary>For arrays of one's own.</summary>
    public static ValueBudget Unlimited => new(long.MaxValue);

    /// <summary>Adds <see cref="ArrowLimits.VisitsPerByte"/> for each byte that was read, as it was stored.</summary>
    public void Earn(long storedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(storedBytes);
        _earned = Math.Min(long.MaxValue - ArrowLimits.VisitsPerByte * (long)int.MaxValue, _earned) + ArrowLimits.VisitsPerByte * Math.Min(storedBytes, int.MaxValue);
    }

    /// <summary>Takes so many visits of a value.</summary>
    /// <exception cref="ArrowFormatException">There are not so many left.</exception>
    public void Spend(long visits)
    {
        _spent = visits > long.MaxValue - _spent ? long.MaxValue : _spent + visits;
        if (_spent > _earned)
        {
            throw new ArrowFormatException(-1, $"at most {_earned} values to look at ({nameof(ArrowLimits)}.{nameof(ArrowLimits.FreeVisits)}, and {ArrowLimits.VisitsPerByte} for each byte read)",
                $"arrays that show {_spent} or more, many of them the same ones");
        }
    }

    /// <summary>Takes the visits of bytes that are looked at all at once.</summary>
    /// <inheritdoc cref="Spend"/>
    public void SpendBytes(long bytes) => Spend(bytes / ArrowLimits.BytesOfVisit);
}
