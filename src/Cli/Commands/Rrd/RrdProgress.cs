namespace Strata.Cli;

/// <summary>Bytes read, on a progress bar.</summary>
internal sealed class RrdProgress(ProgressBar bar, string stage, long totalBytes) : IProgress<long>
{
    public void Report(long value) => bar.Report(new(stage, value, totalBytes));
}
