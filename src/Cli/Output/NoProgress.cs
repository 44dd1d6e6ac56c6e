using Strata.Web;

namespace Strata.Cli;

/// <summary>For work that nobody watches.</summary>
internal sealed class NoProgress : IProgress<OperationProgress>
{
    public static NoProgress Instance { get; } = new();

    public void Report(OperationProgress value)
    {
        // Nobody watches.
    }
}
