using System.Diagnostics;
using Strata.Rrd.Tests.Hostile;

namespace Strata.Fuzz.Tests;

/// <summary>Attacks one reader for a while. Inputs that made it say something new are mutated further.</summary>
internal sealed class FuzzRun
{
    /// <summary>Inputs kept beside the seeds; beyond it a new one takes the place of any of them.</summary>
    private const int MaxKept = 2_000;

    private readonly FuzzTarget _target;
    private readonly int _seed;
    private readonly List<byte[]> _inputs;
    private readonly int _seeds;
    private readonly HashSet<string> _said = [];

    public FuzzRun(FuzzTarget target, int seed)
    {
        _target = target;
        _seed = seed;
        _inputs = [.. target.Seeds()];
        _seeds = _inputs.Count;
    }

    /// <summary>Inputs that were read.</summary>
    public int Count { get; private set; }

    /// <summary>Different things that the reader said.</summary>
    public int Outcomes => _said.Count;

    /// <exception cref="FuzzFinding">The reader is at fault; the input lies in a file that it names.</exception>
    public async Task RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var current = new CurrentInput(_target.Name);
        var started = Stopwatch.GetTimestamp();
        foreach (var input in _inputs.ToArray())
        {
            await ReadAsync(input, current);
        }
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var mutator = new Mutator(HashCode(_seed, Count), _inputs);
            var input = _target.Mutate(_inputs[mutator.Next(_inputs.Count)], mutator);
            if (await ReadAsync(input, current))
            {
                Keep(input, mutator);
            }
        }
    }

    private async Task<bool> ReadAsync(byte[] input, CurrentInput current)
    {
        Count++;
        current.Set(input);
        try
        {
            var said = "";
            await Probe.MeasureAsync(input.Length, async () => said = await _target.RunAsync(input), _target.Name);
            return _said.Add(said);
        }
        catch (Exception e)
        {
            throw new FuzzFinding(_target, input, _seed, Count, e);
        }
    }

    private void Keep(byte[] input, Mutator mutator)
    {
        if (_inputs.Count - _seeds < MaxKept)
        {
            _inputs.Add(input);
        }
        else
        {
            _inputs[_seeds + mutator.Next(MaxKept)] = input;
        }
    }

    // Not System.HashCode, which differs from process to process.
    private static int HashCode(int a, int b) => unchecked((int)(((uint)a * 0x9E3779B1) ^ ((uint)b * 0x85EBCA77)));
}
