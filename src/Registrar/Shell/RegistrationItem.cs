using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>One line of a register call on its way through an attempt.</summary>
/// <param name="SourceIndex">Which source of the call it comes from.</param>
/// <param name="Recording">Null for a source in which no recording could be read.</param>
internal sealed record RegistrationItem(int SourceIndex, InspectedSource Source, InspectedRecording? Recording, string Layer)
{
    /// <summary>Enough of an id to be typed, and to be the only one that begins so.</summary>
    private const int ShownDigits = 12;

    public string Status { get; private set; } = "";

    public string? Reason { get; private set; }

    public long? Offset { get; private set; }

    public long? Position { get; private set; }

    public Sha256Digest? QuarantineId { get; private set; }

    public StandingLayer? Supersedes { get; private set; }

    public PlannedEvent? Planned { get; private set; }

    private RegistrationItem? _first;

    /// <summary>Known, and its lost bytes are there again.</summary>
    public bool IsPutBack { get; private set; }

    /// <summary>It failed since a layer stands in its place.</summary>
    public bool IsDuplicate { get; private set; }

    /// <summary>Place among the failures that are recorded of the call.</summary>
    public int? FailureIndex { get; private set; }

    public bool IsOpen => Status.Length == 0;

    public bool Registers => Status is RegistrationStatus.Registered or RegistrationStatus.Replaced;

    /// <summary>One of <see cref="QuarantineReasons"/>, where a robot's message makes a failure an entry in quarantine.</summary>
    public string? FailureCode { get; private set; }

    /// <summary>It waits for another one of the call that is about the same layer.</summary>
    public bool IsDeferred { get; private set; }

    public void Fail(string reason, string? code = null) => (Status, Reason, Planned, FailureCode) = (RegistrationStatus.Failed, reason, null, code);

    public void Fail(PublishRefusal refusal) => Fail(refusal.Detail, refusal.Reason);

    public void Defer(string reason)
    {
        Fail(reason);
        IsDeferred = true;
    }

    public void PutBack(string reason) => (Reason, IsPutBack) = (reason, true);

    public void Judge(RegisterVerdict verdict)
    {
        (Status, Reason, Supersedes, IsDuplicate) = (verdict.Status, verdict.Reason, verdict.Supersedes, verdict.Status == RegistrationStatus.Failed);
        Position = verdict.Registers ? null : verdict.Supersedes?.Position;
    }

    /// <summary>It has the content of another one of the call, which is registered in its stead.</summary>
    public void Follow(RegistrationItem first, string reason, string status) => (_first, Reason, Status, Supersedes, Position) = (first, reason, status, null, null);

    /// <summary>What became of the one that was registered in its stead.</summary>
    public void SettleAsFirst()
    {
        if (_first is { Status: RegistrationStatus.Failed } failed)
        {
            Fail(failed.Reason!);
        }
        else if (_first is not null && Status != RegistrationStatus.Failed)
        {
            Position = _first.Position;
        }
    }

    /// <summary>What was appended when the same command came before.</summary>
    public void AnswerAgain(string status, long position) => (Status, Position) = (status, position);

    /// <summary>How to release it stands in the answer only: it is of no use to whoever reads of it after it was released or discarded.</summary>
    public void Quarantine(InspectedSource.Broken broken, Sha256Digest quarantineId, long? position)
    {
        var advice = broken.CanRecover ? $"; `strata quarantine release {quarantineId.Value[..ShownDigits]} --recover` registers what is whole" : "";
        (Status, Reason, Offset, QuarantineId, Position) = (RegistrationStatus.Quarantined, $"{broken.Reason}: {broken.Detail}{advice}", broken.Offset, quarantineId, position);
    }

    public void QuarantineFailed(string code, Sha256Digest quarantineId, long? position) =>
        (Status, Reason, QuarantineId, Position) = (RegistrationStatus.Quarantined, $"{code}: {Reason}", quarantineId, position);

    public void Plan(PlannedEvent planned) => Planned = planned;

    public void PlanFailure(PlannedEvent planned, int index) => (Planned, FailureIndex) = (planned, index);

    public RegistrationFailure ToFailure() => new(Recording?.Segment ?? "", Layer, Source.Source.StorageUrl, IsDuplicate ? RegisterLayer.DuplicateReason(Supersedes!) : Reason!);

    public void Settle(Func<PlannedEvent, long> locate)
    {
        if (Planned is { } planned)
        {
            Position = locate(planned);
        }
    }

    /// <summary>The advice of a register call does not fit whoever asked otherwise.</summary>
    public void ExplainDuplicate(string reason) => Reason = IsDuplicate ? reason : Reason;

    public RegisteredRecording ToAnswer() => new(Source.Source.Path, Recording?.Segment, Layer, Status, Position, Reason, Offset, QuarantineId, Recording?.Content.Fingerprint)
    {
        StorageUrl = Source.Source.StorageUrl,
        FailureIndex = FailureIndex,
    };
}
