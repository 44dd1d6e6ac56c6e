namespace Strata.Publishing.Tests;

internal static class SpoolExtensions
{
    /// <summary>All that a sender would come to, in its order.</summary>
    public static IReadOnlyList<SpooledRecording> ToSend(this ISpool spool, string robot)
    {
        var all = new List<SpooledRecording>();
        while (spool.NextToSend(robot, all.Count == 0 ? 0 : all[^1].Id) is { } next)
        {
            all.Add(next);
        }

        return all;
    }
}
