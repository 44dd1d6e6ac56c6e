using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Where outside derivers run.</summary>
/// <param name="JobsFolder">Of this process alone: what lies in it when it starts was left by one that died.</param>
/// <param name="HostProgram">Program and arguments that load a folder of .NET assemblies and speak the protocol; the folder and the deriver's name follow.</param>
public sealed record OutsideOptions(string JobsFolder, IReadOnlyList<string> HostProgram)
{
    /// <summary>Where workers wait at queues; null: there is no broker.</summary>
    public IDeriverQueues? Queues { get; init; }
}
