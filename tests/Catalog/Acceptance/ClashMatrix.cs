using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Registrar;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>What stands under the layer's name when the client comes.</summary>
public enum Standing
{
    Absent,
    Derived,
    Given,
}

/// <summary>When the worker's result of the newest base comes into the log, seen from the client's call.</summary>
public enum WorkerFinishes
{
    Before,

    /// <summary>After the call has read the segment and before it appends.</summary>
    During,
    After,
}

/// <summary>What the client is told, and what stands in the end.</summary>
public enum Outcome
{
    /// <summary>Success; the client's layer stands.</summary>
    Taken,

    /// <summary>Success; the rule's layer of the newest base stands.</summary>
    KeptDerived,

    /// <summary>Success; the layer that somebody gave before stands.</summary>
    KeptGiven,

    /// <summary>"Already exists"; the layer that somebody gave before stands.</summary>
    AlreadyExists,
}

/// <summary>A person's layer and a rule's meet under one name. Source: DESIGN rule 5.</summary>
/// <param name="register">Registers the file as layer <c>tracking_error</c> and waits for it; the error's text, or null for success.</param>
internal sealed class ClashMatrix(StrataHost host, TestFolder folder, Func<string, string, OnDuplicate, Task<string?>> register)
{
    private const string Layer = TrackingErrorDeriver.DeriverName;
    private const string Segment = "run";

    /// <summary>Every pair of what stands and what is asked, with what comes of it at each time.</summary>
    public static TheoryData<Standing, OnDuplicate, WorkerFinishes, Outcome> Cells { get; } = new(
        from standing in Enum.GetValues<Standing>()
        from policy in (OnDuplicate[])[OnDuplicate.Error, OnDuplicate.Skip, OnDuplicate.Replace]
        from finishes in Enum.GetValues<WorkerFinishes>()
        select (standing, policy, finishes, Expected(standing, policy, finishes)));

    public async Task RunAsync(Standing standing, OnDuplicate policy, WorkerFinishes finishes, Outcome expected)
    {
        var name = $"{standing}-{policy}-{finishes}";
        var dataset = await host.CreateAsync(name);
        var worker = await PrepareAsync(name, dataset, standing);
        var given = folder.Write($"{name}/mine.rrd", JointRecording.TrackingError(Segment, 0.5));

        var (error, answer) = finishes switch
        {
            WorkerFinishes.Before => await BeforeAsync(worker, () => register(name, given, policy)),
            WorkerFinishes.During => await DuringAsync(worker, dataset, () => register(name, given, policy)),
            _ => await AfterAsync(worker, () => register(name, given, policy)),
        };

        // A layer that the worker had computed came too late; where a given one stood from the start it has recorded a skip.
        var cameTooLate = standing != Standing.Given && finishes == WorkerFinishes.After && expected == Outcome.Taken;
        answer.Status.ShouldBe(cameTooLate ? EvaluationStatus.Given : EvaluationStatus.Recorded, name);
        await host.SettledAsync(dataset);
        var stands = await host.StandingAsync(dataset, Segment, Layer);
        ToOutcome(error, stands, given).ShouldBe(expected, $"{name}: the worker was answered '{answer.Status}', the client '{error ?? "success"}'");
        if (stands!.Origin == LayerOrigin.Derived)
        {
            stands.Provenance!.Inputs.Single().Fingerprint.ShouldBe((await host.StandingAsync(dataset, Segment, HowToRules.BaseLayer))!.Fingerprint, $"{name}: derived from the newest base");
        }

        (await host.StandingAsync(dataset, Segment, QualityDeriver.DeriverName))!.Provenance!.Inputs.Single().Fingerprint.ShouldBe(stands.Fingerprint, $"{name}: quality reads what stands");
    }

    private static Outcome Expected(Standing standing, OnDuplicate policy, WorkerFinishes finishes) => (standing, policy, finishes) switch
    {
        (Standing.Given, OnDuplicate.Error, _) => Outcome.AlreadyExists,
        (Standing.Given, OnDuplicate.Skip, _) => Outcome.KeptGiven,
        (Standing.Absent, OnDuplicate.Skip, WorkerFinishes.After) => Outcome.Taken,
        (_, OnDuplicate.Skip, _) => Outcome.KeptDerived,
        _ => Outcome.Taken,
    };

    /// <summary>Brings the dataset to where the layer stands as wanted and a worker holds the result of a newer base.</summary>
    private async Task<WorkerGate> PrepareAsync(string name, DatasetId dataset, Standing standing)
    {
        if (standing == Standing.Given)
        {
            await RegisterAsync(name, OnDuplicate.Error, Layer, JointRecording.TrackingError(Segment, 0.25));
        }

        if (standing != Standing.Absent)
        {
            await RegisterAsync(name, OnDuplicate.Error, HowToRules.BaseLayer, JointRecording.Base(Segment, 0.01));
            await host.SettledAsync(dataset);
        }

        var gate = host.Gates.HoldWorker(dataset, Layer);
        await RegisterAsync(name, OnDuplicate.Replace, HowToRules.BaseLayer, JointRecording.Base(Segment, 0.02));
        await gate.Arrived.WaitAsync(TestContext.Current.CancellationToken);
        return gate;
    }

    private async Task RegisterAsync(string dataset, OnDuplicate onDuplicate, string layer, byte[] content) =>
        (await host.RegisterAsync(dataset, onDuplicate, layer, folder.Write($"{dataset}/{Guid.NewGuid():N}.rrd", content))).Recordings.Single().Reason.ShouldBeNull();

    private async Task<(string? Error, EvaluationAnswer Answer)> BeforeAsync(WorkerGate worker, Func<Task<string?>> registers)
    {
        worker.Open();
        var answer = await worker.Answered.WaitAsync(TestContext.Current.CancellationToken);
        return (await registers(), answer);
    }

    private async Task<(string? Error, EvaluationAnswer Answer)> DuringAsync(WorkerGate worker, DatasetId dataset, Func<Task<string?>> registers)
    {
        var client = host.Gates.HoldClient(dataset, Segment);
        var call = registers();
        await client.Arrived.WaitAsync(TestContext.Current.CancellationToken);
        worker.Open();
        var answer = await worker.Answered.WaitAsync(TestContext.Current.CancellationToken);
        client.Open();
        return (await call, answer);
    }

    private static async Task<(string? Error, EvaluationAnswer Answer)> AfterAsync(WorkerGate worker, Func<Task<string?>> registers)
    {
        var error = await registers();
        worker.Open();
        return (error, await worker.Answered.WaitAsync(TestContext.Current.CancellationToken));
    }

    private static Outcome ToOutcome(string? error, LayerRegistered? stands, string given)
    {
        stands.ShouldNotBeNull();
        if (error is not null)
        {
            error.ShouldContain("already exists");
            stands.Origin.ShouldBe(LayerOrigin.Given);
            stands.StorageUrl.ShouldNotBe(new Uri(given).AbsoluteUri);
            return Outcome.AlreadyExists;
        }

        return stands.Origin == LayerOrigin.Derived ? Outcome.KeptDerived : stands.StorageUrl == new Uri(given).AbsoluteUri ? Outcome.Taken : Outcome.KeptGiven;
    }
}
