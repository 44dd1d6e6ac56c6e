using System.Runtime.InteropServices;
using Strata.DerivationWorkers;

namespace Strata.Fleet.Worker;

/// <summary>Says what it is about to derive, and does not until it is told to stop.</summary>
internal sealed class HoldingDeriver(IDeriver deriver) : DecoratedDeriver(deriver)
{
    public override Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        Console.WriteLine($"derives {request.Segment}");
        cancellationToken.WaitHandle.WaitOne();
        cancellationToken.ThrowIfCancellationRequested();
        return base.Derive(request, cancellationToken);
    }
}

/// <summary>Says what it has computed, and hands it over when its process goes on after it was stopped.</summary>
internal sealed class ComputedDeriver(IDeriver deriver) : DecoratedDeriver(deriver)
{
    public override Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("no process is stopped there and goes on");
        }

        using var goesOn = new ManualResetEventSlim();
        using var listening = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => goesOn.Set());
        var computed = base.Derive(request, cancellationToken);
        Console.WriteLine($"computed {request.Segment}");
        goesOn.Wait(cancellationToken);
        return computed;
    }
}

/// <summary>The same deriver one version later, as its events say.</summary>
internal sealed class NewerDeriver(IDeriver deriver) : DecoratedDeriver(deriver)
{
    public override int Version => base.Version + 1;

    public override Derivation Derive(DerivationRequest request, CancellationToken cancellationToken) => base.Derive(request, cancellationToken) is Derivation.Derived derived
        ? derived with { Provenance = derived.Provenance with { DeriverVersion = Version } }
        : throw new InvalidOperationException("expected recordings from which something is derived");
}

/// <summary>Computes for a while first, as a deriver of larger recordings would: one core is busy with it. A fixed amount of work and not a fixed time.</summary>
/// <param name="rounds">Square roots, each of which waits for the one before.</param>
internal sealed class BurningDeriver(IDeriver deriver, long rounds) : DecoratedDeriver(deriver)
{
    public override Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        var sum = 1.0;
        for (var i = 0L; i < rounds; i++)
        {
            sum = Math.Sqrt(sum + i);
        }

        return sum > 0 ? base.Derive(request, cancellationToken) : throw new InvalidOperationException("nothing was computed");
    }
}
