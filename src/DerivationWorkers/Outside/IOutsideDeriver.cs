using System.Collections.Immutable;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Code of somebody else that computes a layer from layers, in a process of its own, here or elsewhere. Unlike an <see cref="IDeriver"/> it takes its time, may end in any way, and what it
/// answers is not trusted. That the same inputs give the same content is its author's promise.
/// </summary>
public interface IOutsideDeriver
{
    string Name { get; }

    /// <summary>Raised by its author with every change that can change the content of the output.</summary>
    int Version { get; }

    /// <summary>What its author declared of it.</summary>
    OutsideDefinition Definition { get; }

    /// <summary>Null when it can be started here; else what is missing.</summary>
    string? WhyNotHere();

    /// <summary>Whether it would be computed now: for one at a queue, somebody takes jobs from it.</summary>
    Task<bool> IsServedAsync(CancellationToken cancellationToken);

    /// <inheritdoc cref="IDeriver.RefuseParameters"/>
    string? RefuseParameters(CanonicalJson parameters);

    /// <inheritdoc cref="IDeriver.Match"/>
    SchemaMatch Match(Schema schema, CanonicalJson parameters);

    /// <exception cref="OutsideDeriverException">It gave no answer, or one that is refused.</exception>
    /// <exception cref="OperationCanceledException">Its process was ended.</exception>
    /// <exception cref="IOException">A fault of this machine, not of the deriver: no room for the job, for instance.</exception>
    Task<Derivation> DeriveAsync(OutsideRequest request, CancellationToken cancellationToken);
}

/// <param name="Request">Its inputs have no chunks: the deriver reads the files itself.</param>
/// <param name="Files">Of the inputs, in their order.</param>
public sealed record OutsideRequest(DerivationRequest Request, ImmutableArray<IRandomAccessBytes> Files);

/// <summary>An outside deriver gave no layer. Not one of the faults of this process, which may pass by themselves.</summary>
/// <param name="reason">One of <see cref="FailureReasons"/>.</param>
/// <param name="detail">Expected, found, what to do; with the end of what it wrote to stderr.</param>
public sealed class OutsideDeriverException(string reason, string detail) : Exception(detail)
{
    public string Reason { get; } = reason;

    /// <summary>It said itself that the cause will pass, or nobody could be asked.</summary>
    public bool WillPass { get; private init; }

    public OutsideDeriverException ThatWillPass() => new(Reason, Message) { WillPass = true };
}
