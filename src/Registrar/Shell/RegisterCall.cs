using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Registrar;

/// <summary>The words in <see cref="RegisterProgress.Stage"/>.</summary>
public static class RegisterStages
{
    public const string Inspect = "inspect";
    public const string Keep = "keep";
    public const string Append = "append";
}

/// <summary>What stays the same over the attempts of one register call.</summary>
/// <param name="stores">What the dataset takes from a file.</param>
internal sealed class RegisterCall(RegisterRecordings command, StoreKind stores, InspectedSource[] sources, BlobBuffer blobs, KeptSources kept)
{
    public RegisterRecordings Command => command;

    public InspectionWish Wish => new(stores, Recover: false);

    /// <summary>One a source; replaced where a file changed while it was kept.</summary>
    public InspectedSource[] Sources => sources;

    /// <summary>Under which this source's recordings are registered.</summary>
    public string LayerOf(int sourceIndex) => command.Sources[sourceIndex].Layer ?? command.Layer;

    /// <summary>Who brings this source.</summary>
    public EventSource SourceOf(int sourceIndex) => MessageOf(sourceIndex)?.Source ?? command.Source;

    public RobotMessage? MessageOf(int sourceIndex) => command.Sources[sourceIndex].Message;

    public bool HasMessages { get; } = command.Sources.Any(s => s.Message is not null);

    /// <summary>Of the whole file, by source, where a message says what it must be.</summary>
    public Dictionary<int, Sha256Digest> FileHashes { get; } = [];

    public bool RefusesForSources => command.RefuseWholeCall.HasFlag(RefuseWholeCall.ForSources);

    public bool RefusesForDuplicates => command.RefuseWholeCall.HasFlag(RefuseWholeCall.ForDuplicates);

    public BlobBuffer Blobs => blobs;

    public KeptSources Kept => kept;

    public string CommandId { get; } = command.CommandId ?? CommandIds.Fresh();

    public bool IsDelivery => command.CommandId is not null;

    /// <summary>The id that the dataset gets if this call is the first to name it.</summary>
    public DatasetId NewDataset { get; } = DatasetId.New();

    public CreateDataset Creation => new(command.Dataset, command.KeepMode ?? KeepMode.Auto, command.DefaultRules, command.Source);

    public void Progress(string stage) => kept.Report(sources.Length, sources.Length, stage);
}
