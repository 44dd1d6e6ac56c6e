using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What came of a <c>--dataset</c> of <c>strata serve</c>.</summary>
/// <param name="PassedOver">What lay beside recordings; null: nothing.</param>
internal sealed record ServedDataset(RegisterResponse Registered, string? PassedOver)
{
    /// <summary>So many are read in a log; the others are in the quarantine's list.</summary>
    private const int ReasonsTold = 10;

    public IEnumerable<string> Lines()
    {
        var counts = Registered.Recordings.GroupBy(r => r.Status).Select(g => $"{g.Count()} {g.Key}");
        yield return $"dataset '{Registered.Dataset}': {string.Join(", ", counts)}";
        var bad = Registered.Recordings.Where(r => r.Status is RegistrationStatus.Quarantined or RegistrationStatus.Failed).ToList();
        foreach (var recording in bad.Take(ReasonsTold))
        {
            yield return $"  {recording.Path}: {recording.Reason}";
        }

        if (bad.Count > ReasonsTold)
        {
            yield return $"  … and {bad.Count - ReasonsTold} more: strata register PATH --dataset {Registered.Dataset} says why of each";
        }

        if (PassedOver is not null)
        {
            yield return $"  {PassedOver}";
        }
    }
}
