namespace Strata.Rrd.Tests.Hostile;

/// <summary>Tests whose bound is the time of the processor, which is the whole process's: nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}
