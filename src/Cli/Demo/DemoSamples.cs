using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The sample recordings, as they are registered.</summary>
internal static class DemoSamples
{
    /// <param name="wait">Whether the answer comes when every rule has been evaluated.</param>
    /// <exception cref="OperationException">There are none.</exception>
    public static RegisterRequest ToRegister(string samples, bool wait)
    {
        var expansion = RecordingPaths.Expand([samples], Environment.CurrentDirectory);
        return expansion.Refused is [var refused, ..]
            ? throw new OperationException(OperationErrors.NotFound, $"{refused.Shown}: {refused.Reason}", "--samples DIR names the folder of the sample recordings")
            : new(DemoStages.Dataset, [.. expansion.Found.Select(f => new RegisterSource(f.FullPath, f.Url))], Wait: wait);
    }

    public static IReadOnlyList<RegisteredLine> Broken(RegisterResponse answer) =>
        [.. answer.Recordings.Where(r => r.Segment is null || r.Status is RegistrationStatus.Failed or RegistrationStatus.Quarantined)];
}
