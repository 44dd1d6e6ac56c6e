using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>The evaluations of one dataset during one attempt: each is decided upon what those before it left.</summary>
internal sealed class EvaluationAttempt
{
    private readonly DatasetId _dataset;
    private readonly LoadedStreams _streams;
    private readonly AppendPlan _plan;
    private readonly LayerPlanner _planner;
    private readonly DatasetState _state;
    private readonly Dictionary<string, Versioned<EvaluationState>> _evaluations = new(StringComparer.Ordinal);

    private EvaluationAttempt(DatasetId dataset, LoadedStreams streams, SchemaGate gate, AppendPlan plan)
    {
        (_dataset, _streams, _plan) = (dataset, streams, plan);
        _planner = new(dataset, streams, gate, plan);
        _state = streams.Dataset(dataset).State;
    }

    /// <summary>The streams of the dataset and of all its segments at hand must be loaded.</summary>
    public static async Task<EvaluationAttempt> OpenAsync(IEventStore store, DatasetId dataset, LoadedStreams streams, AppendPlan plan, CancellationToken cancellationToken)
    {
        var gate = new SchemaGate(store, dataset);
        await gate.LoadAsync(cancellationToken);
        return new(dataset, streams, gate, plan);
    }

    /// <summary>Decides and plans one evaluation.</summary>
    /// <returns>With the last event planned for it, if there is one.</returns>
    public async Task<(EvaluationDecision Decision, PlannedEvent? Planned)> DecideAsync(Evaluation evaluation, LayerContent? content, CancellationToken cancellationToken)
    {
        var context = new EvaluationContext(_state, _planner.Segment(evaluation.Segment).State, Evaluations(evaluation.Segment).State, Evaluations("").State);
        var decision = RecordEvaluation.Decide(context, evaluation, content, schemaConflict: null);
        if (decision.SegmentEvents.OfType<LayerRegistered>().Any() && await ConflictAsync((Evaluation.Derived)evaluation, content!, cancellationToken) is { } conflict)
        {
            decision = RecordEvaluation.Decide(context, evaluation, content, conflict);
        }

        return (decision, Plan(evaluation, decision));
    }

    public void WriteGuards()
    {
        if (!_plan.IsEmpty)
        {
            _plan.Guard(new Guard.Require(GuardScopes.Dataset, _dataset.Value));
            _planner.Gate.WriteGuards(_plan);
        }
    }

    private async Task<string?> ConflictAsync(Evaluation.Derived derived, LayerContent content, CancellationToken cancellationToken)
    {
        var answer = await _planner.Gate.AdmitAsync(LayerOrigin.Derived, content.SchemaSha256, content.SchemaBlob, () => derived.Facts.SchemaIpc, cancellationToken);
        return answer.Conflict is { } detail
            ? $"layer '{derived.OutputLayer}' contradicts given layers of the dataset: {detail}; choose another output entity path for rule '{derived.Rule}', or mend the given layers"
            : null;
    }

    private PlannedEvent? Plan(Evaluation evaluation, EvaluationDecision decision)
    {
        PlannedEvent? last = null;
        foreach (var @event in decision.SegmentEvents)
        {
            last = _planner.Add(evaluation.Segment, @event);
        }

        foreach (var @event in decision.EvaluationEvents)
        {
            var segment = @event is DerivationSkipped skipped ? skipped.Segment : evaluation.Segment;
            var (state, version) = Evaluations(segment);
            _evaluations[segment] = new(state.Apply(@event, long.MaxValue), version);
            last = _plan.Add(StreamIds.Evaluation(_dataset, segment), version, @event);
        }

        if (last is not null)
        {
            _plan.Guard(new Guard.Require(GuardScopes.Rules(_dataset), evaluation.Rule, DatasetDirectory.RevisionText(evaluation.Revision)));
        }

        return last;
    }

    private Versioned<EvaluationState> Evaluations(string segment)
    {
        if (!_evaluations.TryGetValue(segment, out var state))
        {
            state = _streams.Evaluations(_dataset, segment);
            _evaluations.Add(segment, state);
        }

        return state;
    }
}
