namespace Strata.Recordings;

/// <summary>Takes copies away for good.</summary>
public interface IKeptBytes
{
    /// <param name="location">Of a copy, as an event names it.</param>
    /// <returns>False when it was not there.</returns>
    bool Remove(string location);
}
