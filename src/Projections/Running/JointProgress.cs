namespace Strata.Projections.Running;

/// <summary>How far the last of several replays of one log is.</summary>
internal sealed class JointProgress(int count, IProgress<RebuildProgress> whole)
{
    private readonly Lock _lock = new();
    private readonly RebuildProgress[] _parts = [.. Enumerable.Repeat(new RebuildProgress(0, 0), count)];

    public IProgress<RebuildProgress> Of(int part) => new Part(this, part);

    private void Report(int part, RebuildProgress value)
    {
        lock (_lock)
        {
            _parts[part] = value;
            whole.Report(new(_parts.Min(p => p.Events), _parts.Max(p => p.TotalEvents)));
        }
    }

    private sealed class Part(JointProgress whole, int part) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => whole.Report(part, value);
    }
}
