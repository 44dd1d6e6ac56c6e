using System.Reflection;
using Strata.UnreliableBus;

namespace Strata.Bus.Tests;

/// <summary>Over which transport a test class runs: the tests stand in an abstract class, and a class derives from it for each transport.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OverAttribute(Transport transport) : Attribute
{
    public Transport Transport => transport;

    public static Transport Of(object test) =>
        test.GetType().GetCustomAttribute<OverAttribute>()?.Transport ?? throw new InvalidOperationException($"{test.GetType().Name}: expected [Over(Transport.…)], found nothing");
}
