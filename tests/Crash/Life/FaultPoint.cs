namespace Strata.Crash.Life;

/// <summary>The places at which a process can be made to die: before and after what the ports do, and between the steps of folding.</summary>
internal static class FaultPoint
{
    public const string Before = ".before";
    public const string After = ".after";

    public const string Register = "registrar.register";
    public const string RecordEvaluations = "registrar.record";
    public const string Append = "log.append";
    public const string Keep = "files.keep";
    public const string Write = "files.write";
    public const string Create = "disk.create";
    public const string Rename = "disk.rename";
    public const string FlushFolder = "disk.flush";
    public const string Publish = "relay.publish";
    public const string Checkpoint = "relay.checkpoint";
    public const string Claim = "claims.claim";
    public const string Begin = "claims.begin";
    public const string Settle = "claims.settle";
    public const string Lease = "projections.lease";
    public const string Derive = "derive";

    public const string Staged = "projections.staged";
    public const string Committed = "projections.committed";
    public const string Replaying = "rebuild.replaying";
    public const string Replayed = "rebuild.replayed";
    public const string Swapped = "rebuild.swapped";

    public static IReadOnlyList<string> All { get; } =
    [
        .. new[] { Register, Append, Keep, Create, Rename, FlushFolder, Publish, Checkpoint, Claim, Begin, Derive, Write, RecordEvaluations, Settle, Lease }
            .SelectMany(step => new[] { step + Before, step + After }),
        Staged, Committed, Replaying, Replayed, Swapped,
    ];
}
