namespace Strata.UnreliableBus;

/// <summary>Over which a test runs.</summary>
public enum Transport
{
    /// <summary>Hands on what it is given, once and in order.</summary>
    Reliable,

    /// <summary>Loses, doubles and reorders a tenth of its messages each.</summary>
    Unreliable,
}

/// <summary>Which share of its messages, from 0 to 1, a transport treats badly; no message meets more than one fate.</summary>
/// <param name="Lost">Never handed on.</param>
/// <param name="Doubled">Handed on, and once more after messages that were given later.</param>
/// <param name="Late">Handed on after messages that were given later.</param>
public sealed record Faults(double Lost, double Doubled, double Late)
{
    private const double Tenth = 0.1;

    public static Faults None { get; } = new(0, 0, 0);

    public static Faults OfATenth { get; } = new(Tenth, Tenth, Tenth);

    public static Faults LosingAll { get; } = new(1, 0, 0);

    public static Faults Of(Transport transport) => transport == Transport.Reliable ? None : OfATenth;
}
