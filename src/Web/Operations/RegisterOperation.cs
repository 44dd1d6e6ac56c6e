using System.Text.Json.Serialization;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Sources">Files that this process can open: folders and globs are expanded by who asks.</param>
/// <param name="OnDuplicate"><c>known, error, skip</c> or <c>replace</c>.</param>
/// <param name="Keep"><c>auto, copy</c> or <c>reference</c>; null: as the dataset says.</param>
/// <param name="Rules">For a dataset that this call creates: <c>howto</c> or <c>none</c>.</param>
/// <param name="Wait">Answer only when every rule has been evaluated for what was registered.</param>
/// <param name="CommandId">For a delivery that may come twice; null for a new request.</param>
public sealed record RegisterRequest(
    string Dataset,
    IReadOnlyList<RegisterSource> Sources,
    string Layer = "base",
    string OnDuplicate = "known",
    string? Keep = null,
    string Rules = RuleSets.HowTo,
    bool Wait = false,
    string? CommandId = null)
{
    /// <summary>Recordings of the server's own command line; no request from outside can say so.</summary>
    [JsonIgnore]
    public bool IsServed { get; init; }

    /// <summary>The robot whose recordings they are; null: those of whoever asks. Only for the robot itself: <see cref="Asker.AsRobot"/>.</summary>
    public string? Robot { get; init; }
}

/// <param name="Path">Absolute path.</param>
/// <param name="Url">Shown as <c>rerun_storage_url</c>.</param>
public sealed record RegisterSource(string Path, string Url);

/// <param name="Derivations">What the rules came to for the segments of this call, grouped; complete when the call waited.</param>
/// <param name="OpenEvaluations">In the whole dataset; 0 when the call waited.</param>
/// <param name="LagReason">Why the tables do not show this call yet, though the log holds it; null when they do.</param>
/// <param name="StandstillReason">Why the rules cannot follow the call until the storage is mended; null when they can.</param>
/// <param name="Derives">Whether a worker runs where it was registered; without one nothing is waited for.</param>
/// <param name="HasRules">Whether anything is to be derived in the dataset at all.</param>
public sealed record RegisterResponse(
    string Dataset,
    bool DatasetCreated,
    long Position,
    IReadOnlyList<RegisteredLine> Recordings,
    IReadOnlyList<DerivationGroup> Derivations,
    long OpenEvaluations,
    IReadOnlyList<YieldedGroup> Yielded,
    string? LagReason = null,
    bool Derives = true,
    string? StandstillReason = null,
    bool HasRules = true);

/// <summary>Derived layers that gave way to the schema of one that was registered.</summary>
/// <param name="Segment">Of the layer that was registered.</param>
/// <param name="Layer">That was registered.</param>
/// <param name="Layers">How many are gone.</param>
/// <param name="Segments">In how many segments.</param>
/// <param name="ExampleSegment">One that lost a layer.</param>
/// <param name="ExampleLayer">The layer that it lost.</param>
public sealed record YieldedGroup(string Segment, string Layer, int Layers, int Segments, string ExampleSegment, string ExampleLayer)
{
    internal static IReadOnlyList<YieldedGroup> Of(IEnumerable<YieldedLayer> yielded) =>
    [
        .. yielded.GroupBy(y => y.To).Select(g => new YieldedGroup(
            g.Key.Segment, g.Key.Layer, g.Count(), g.Select(y => y.Segment).Distinct(StringComparer.Ordinal).Count(), g.First().Segment, g.First().Layer)),
    ];
}

/// <summary>One line of <c>strata register --json</c>. Source: DESIGN §12.</summary>
public sealed record RegisteredLine(
    string Path, string? Segment, string Layer, string Status, long? Position, string? Reason, long? Offset, string? QuarantineId)
{
    internal static RegisteredLine Of(RegisteredRecording r) => new(r.Path, r.Segment, r.Layer, r.Status, r.Position, r.Reason, r.Offset, r.QuarantineId?.Value);
}

/// <summary>The register call itself never derives: it appends, and waits for the workers when asked to.</summary>
public sealed class RegisterOperation(IRegistrar registrar, RuleSets ruleSets, RegisteredAnswer answer) : IOperation<RegisterRequest, RegisterResponse>
{
    public static OperationRoute<RegisterRequest, RegisterResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/recordings", "Register recordings as a layer of their segments", ApiJson.Default.RegisterRequest, ApiJson.Default.RegisterResponse)
    {
        Needs = AccessScope.Register,
        Repeated = request => request is { OnDuplicate: "replace", CommandId: null } ? new($"strata history {ShellWord.Of(request.Dataset)}", "each recording would replace itself") : null,
    };

    public async Task<RegisterResponse> RunAsync(RegisterRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        RefuseNames(request);
        RefuseSources(request.Sources);
        var command = new RegisterRecordings(
            request.Dataset,
            request.Layer,
            [.. request.Sources.Select(s => new RecordingRequest(s.Path, s.Url))],
            Choice.Parse<OnDuplicate>("on_duplicate", request.OnDuplicate),
            request.Keep is { } keep ? Choice.Parse<KeepMode>("keep", keep) : null,
            ruleSets.Named(request.Rules),
            SourceOf(request, asker),
            request.CommandId);
        var before = await answer.StartAsync(cancellationToken);
        var outcome = await registrar.RegisterAsync(command, new Steps(progress), cancellationToken);
        return await answer.OfAsync(request.Dataset, outcome, before, request.Wait, progress, cancellationToken);
    }

    private static EventSource SourceOf(RegisterRequest request, Asker asker) => request switch
    {
        { IsServed: true } => asker.Source with { Kind = "serve" },
        { Robot: { } robot } => asker.AsRobot(robot),
        _ => asker.Source,
    };

    /// <summary>The registrar says it in Rerun's words, which have no next step.</summary>
    private static void RefuseNames(RegisterRequest request)
    {
        if (Names.RefuseId("layer", request.Layer) is { } refusal)
        {
            throw new OperationException(OperationErrors.Invalid, refusal, $"name the layer in 1 to {Names.MaxIdBytes} bytes (--layer NAME), or leave it out for 'base'");
        }

        DatasetNames.Refuse(request.Dataset);
    }

    /// <summary>JSON leaves out what C# says is there.</summary>
    private static void RefuseSources(IReadOnlyList<RegisterSource?>? sources)
    {
        if (sources is null)
        {
            throw Refused("sources: expected a list of recordings, found none");
        }

        for (var i = 0; i < sources.Count; i++)
        {
            if (sources[i] is not { } source)
            {
                throw Refused($"sources[{i}]: expected a recording, found null");
            }

            if (string.IsNullOrEmpty(source.Path))
            {
                throw Refused($"sources[{i}].path: expected the absolute path of a file, found none");
            }

            if (source.Url is null)
            {
                throw Refused($"sources[{i}].url: expected the address under which it is shown, found none");
            }
        }

        static OperationException Refused(string words) =>
            new(OperationErrors.Invalid, words, """send {"sources":[{"path":"/recordings/run.rrd","url":"file:///recordings/run.rrd"}]}""");
    }

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<RegisterProgress>
    {
        public void Report(RegisterProgress value) => progress.Report(new(value.Stage, value.Done, value.Total));
    }
}
