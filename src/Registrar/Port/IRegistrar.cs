using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>The write side's one door: every use case decides purely over the streams' state and appends optimistically. Source: DESIGN §4.3, rules 1, 2, 5, 6.</summary>
public interface IRegistrar
{
    /// <summary>One append for all sources of the call, whatever their number; broken ones go to quarantine in the same append.</summary>
    Task<RegisterOutcome> RegisterAsync(RegisterRecordings command, IProgress<RegisterProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Registers what rules derived and records their evaluations, many segments in one append; each item gets its own answer.</summary>
    Task<IReadOnlyList<EvaluationAnswer>> RecordEvaluationsAsync(IReadOnlyList<Evaluation> evaluations, CancellationToken cancellationToken);

    Task<DatasetOutcome> CreateDatasetAsync(CreateDataset command, CancellationToken cancellationToken);

    /// <exception cref="CommandRefusedException">No such dataset at that position, a name that is not allowed, or one that is taken.</exception>
    Task<PinOutcome> PinDatasetAsync(PinDataset command, CancellationToken cancellationToken);

    /// <returns>The position of the declaration, or of the one before that said the same.</returns>
    /// <exception cref="CommandRefusedException">No such dataset, one that belongs to another, or a time that is none.</exception>
    Task<long> RetainDatasetAsync(RetainDataset command, CancellationToken cancellationToken);

    /// <exception cref="CommandRefusedException">No such dataset, a name that is not allowed, or one that is taken.</exception>
    Task<RenameOutcome> RenameDatasetAsync(RenameDataset command, CancellationToken cancellationToken);

    /// <exception cref="CommandRefusedException">No such dataset.</exception>
    Task<DeleteOutcome> DeleteDatasetAsync(DeleteDataset command, CancellationToken cancellationToken);

    /// <exception cref="CommandRefusedException">No such dataset, or details that refer to what is not there.</exception>
    Task<DetailsOutcome> ChangeDatasetDetailsAsync(ChangeDatasetDetails command, CancellationToken cancellationToken);

    /// <summary>Gives each dataset of an older log that has no companions its two, one append a dataset; datasets that have them are left alone.</summary>
    /// <returns>How many got them.</returns>
    Task<int> AddMissingCompanionsAsync(EventSource source, CancellationToken cancellationToken);

    Task<RuleDeclared> DeclareRuleAsync(DeclareRule command, CancellationToken cancellationToken);

    /// <summary>The retirement is one append; what the rule made is unregistered after it, many segments an append, and the same command goes on where it was stopped.</summary>
    /// <exception cref="CommandRefusedException">The dataset never had such a rule.</exception>
    Task<RetireOutcome> RetireRuleAsync(RetireRule command, CancellationToken cancellationToken);

    /// <exception cref="CommandRefusedException">One of them cannot stand beside the others; nothing was changed.</exception>
    Task<ApplyOutcome> ApplyRulesAsync(ApplyRules command, CancellationToken cancellationToken);

    /// <returns>False when the rule leaves the segment alone already.</returns>
    /// <exception cref="CommandRefusedException">No such rule or segment, or no reason.</exception>
    Task<bool> SuppressRuleAsync(SuppressRule command, CancellationToken cancellationToken);

    /// <summary>One append: the given layer and what was made of it go, and the rule has work.</summary>
    /// <exception cref="CommandRefusedException">No rule writes the layer, it does not stand, or the rule has nothing to derive it from.</exception>
    Task<AdoptOutcome> AdoptLayerAsync(AdoptLayer command, CancellationToken cancellationToken);

    Task<UnregisterOutcome> UnregisterAsync(UnregisterLayers command, CancellationToken cancellationToken);

    /// <summary>Unregisters the segment's layers and says in the log that all of it is to be erased; <see cref="IErasePurged"/> does that.</summary>
    /// <exception cref="CommandRefusedException">No reason, or nothing was ever recorded there.</exception>
    Task<PurgeOutcome> PurgeAsync(PurgeSegment command, CancellationToken cancellationToken);

    /// <summary>Replaces what a client gave to a segment beside its layers.</summary>
    Task<SegmentPropertiesOutcome> SetSegmentPropertiesAsync(SetSegmentProperties command, CancellationToken cancellationToken);

    /// <summary>What is not there, or has another revision, stays as it is.</summary>
    /// <returns>Wait for the read models to pass it.</returns>
    Task<long> RemoveSegmentPropertiesAsync(RemoveSegmentProperties command, CancellationToken cancellationToken);

    /// <returns>False when the rule is neither suppressed for the segment nor failed there.</returns>
    Task<bool> ResumeRuleAsync(DatasetId dataset, string rule, string segment, EventSource source, CancellationToken cancellationToken);

    /// <summary>Registers a quarantined recording again; with <paramref name="recover"/> what is whole of it.</summary>
    Task<RegisterOutcome> ReleaseAsync(Sha256Digest quarantineId, bool recover, EventSource source, CancellationToken cancellationToken);

    Task DiscardAsync(Sha256Digest quarantineId, EventSource source, CancellationToken cancellationToken);

    /// <summary>Notes once that a referenced file is not what was registered.</summary>
    Task RecordChangedAsync(RecordingChanged changed, CancellationToken cancellationToken);
}
