using System.Collections.Immutable;
using Strata.Arrow;
using Strata.Contracts;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers;

/// <summary>What a rule would come to on one segment.</summary>
/// <param name="Outcome"><c>derived</c>, <c>review</c>, <c>skipped</c> or <c>failed</c>.</param>
/// <param name="Reason">One of the closed lists; null when a layer would be made.</param>
/// <param name="Detail">In words, as an evaluation says it.</param>
/// <param name="Properties">The components of the layer's property.</param>
/// <param name="Series">What the layer holds over time, one number a row; empty for a layer without rows.</param>
/// <param name="Warnings">What a person should look at though there is a result, or though there would be none.</param>
/// <param name="SizeBytes">Of the layer's file.</param>
public sealed record TrialResult(
    string Outcome,
    string? Reason,
    string? Detail,
    ImmutableArray<DerivationInput> Inputs,
    long RowsUsed,
    EquatableArray<DroppedRows> RowsDropped,
    ImmutableArray<TrialProperty> Properties,
    ImmutableArray<TrialSeries> Series,
    ImmutableArray<string> Warnings,
    long SizeBytes,
    TimeSpan Loading,
    TimeSpan Deriving);

/// <param name="Values">All values of the component.</param>
public sealed record TrialProperty(string Component, IArrowArray Values);

/// <param name="Times">Ascending, in the index's unit.</param>
/// <param name="Values">One a time.</param>
public sealed record TrialSeries(string Entity, string Index, TimelineKind Kind, ImmutableArray<long> Times, ImmutableArray<double> Values);
