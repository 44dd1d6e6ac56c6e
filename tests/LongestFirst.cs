using Strata.TestOrder;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Strata.TestOrder;

/// <summary>Collections whose tests take a minute or more one after another begin first: begun last, they would run alone while a core is idle.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>The collection of fleets with the soak, the how-to under delays, the goldens of all features.</summary>
    private static readonly string[] Long = ["fleet", "Strata.Catalog.Tests.Acceptance.HowToTests", "Strata.Catalog.Tests.Golden.GoldenAnswersTests"];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(c => Long.Any(name => c.TestCollectionDisplayName == name || c.TestCollectionDisplayName.StartsWith($"Test collection for {name} ", StringComparison.Ordinal)))];
}
