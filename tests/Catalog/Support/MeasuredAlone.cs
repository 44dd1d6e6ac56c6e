namespace Strata.Catalog.Tests;

/// <summary>Tests that measure the memory of the process: beside others they would measure those.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}
