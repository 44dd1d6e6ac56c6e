using Strata.TestOrder;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Strata.TestOrder;

/// <summary>Collections whose tests take a minute or more one after another begin first: begun last, they would run alone while a core is idle.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>The longest first: the collection of fleets with the soak, the how-to under delays, the goldens of all features, and what starts many servers one after another.</summary>
    private static readonly string[] Long =
    [
        "fleet",
        "Strata.Catalog.Tests.Acceptance.HowToTests",
        "Strata.Catalog.Tests.Golden.GoldenAnswersTests",
        "Strata.EndToEnd.Tests.OwnDeriverTests",
        "Strata.EndToEnd.Tests.BucketTests",
        "Strata.EndToEnd.Tests.MainJobTests",
        "Strata.EndToEnd.Tests.Ownership.OwnDatabaseTests",
        "Strata.EndToEnd.Tests.FollowTests",
        "Strata.EndToEnd.Tests.FleetOverBrokerTests",
        "Strata.EndToEnd.Tests.PublishOverHttpTests",
        "Strata.EndToEnd.Tests.Ownership.OwnBucketTests",
        "Strata.EndToEnd.Tests.PostgresTests",
        "Strata.EndToEnd.Tests.PostgresFullDiskTests",
        "Strata.EndToEnd.Tests.QueuedDeriverTests",
        "Strata.EndToEnd.Tests.CommandContractTests",
        "Strata.EndToEnd.Tests.UploadTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => PlaceOf(c))];

    private static int PlaceOf(ITestCollection collection) =>
        Array.FindIndex(Long, name => collection.TestCollectionDisplayName == name || collection.TestCollectionDisplayName.StartsWith($"Test collection for {name} ", StringComparison.Ordinal))
            is >= 0 and var place ? place : Long.Length;
}
