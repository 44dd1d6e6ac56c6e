using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Registrar;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>A client takes layers away that rules made, or that stood in a rule's place. Source: DESIGN rules 5 and 9.</summary>
public sealed class UnregisterDerivedTests : IAsyncLifetime
{
    private const string Name = "robots";
    private const string Segment = "run";
    private const string TrackingError = TrackingErrorDeriver.DeriverName;

    private readonly TestFolder _folder = new();
    private StrataHost _host = null!;
    private DatasetId _dataset;

    public async ValueTask InitializeAsync()
    {
        _host = await StrataHost.StartAsync(_folder.Path("data"));
        _dataset = await _host.CreateAsync(Name);
        await RegisterAsync(OnDuplicate.Error, HowToRules.BaseLayer, JointRecording.Base(Segment, 0.01));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_derived_layer_that_a_client_takes_away_stays_away_until_its_input_changes()
    {
        await _host.UnregisterAsync(_dataset, [Segment], [TrackingError]);
        await _host.SettledAsync(_dataset);
        (await StandingAsync(TrackingError)).ShouldBeNull();
        (await StandingAsync(QualityDeriver.DeriverName)).ShouldBeNull();

        await RegisterAsync(OnDuplicate.Replace, HowToRules.BaseLayer, JointRecording.Base(Segment, 0.02));
        (await StandingAsync(TrackingError))!.Origin.ShouldBe(LayerOrigin.Derived);
        (await StandingAsync(QualityDeriver.DeriverName))!.Origin.ShouldBe(LayerOrigin.Derived);
    }

    [Fact]
    public async Task Where_a_given_layer_had_taken_a_derived_ones_place_it_is_derived_again()
    {
        await RegisterAsync(OnDuplicate.Error, TrackingError, JointRecording.TrackingError(Segment, 0.5));
        (await StandingAsync(TrackingError))!.Origin.ShouldBe(LayerOrigin.Given);

        await _host.UnregisterAsync(_dataset, [Segment], [TrackingError]);
        await _host.SettledAsync(_dataset);

        (await StandingAsync(TrackingError))!.Origin.ShouldBe(LayerOrigin.Derived);
        (await StandingAsync(QualityDeriver.DeriverName))!.Provenance!.Inputs.Single().Fingerprint.ShouldBe((await StandingAsync(TrackingError))!.Fingerprint);
    }

    [Fact]
    public async Task With_the_base_all_that_was_derived_from_it_goes()
    {
        await _host.UnregisterAsync(_dataset, [Segment], [HowToRules.BaseLayer]);
        await _host.SettledAsync(_dataset);
        foreach (var layer in (string[])[HowToRules.BaseLayer, TrackingError, QualityDeriver.DeriverName])
        {
            (await StandingAsync(layer)).ShouldBeNull();
        }
    }

    private Task<LayerRegistered?> StandingAsync(string layer) => _host.StandingAsync(_dataset, Segment, layer);

    private async Task RegisterAsync(OnDuplicate onDuplicate, string layer, byte[] content)
    {
        (await _host.RegisterAsync(Name, onDuplicate, layer, _folder.Write($"{Guid.NewGuid():N}.rrd", content))).Recordings.Single().Reason.ShouldBeNull();
        await _host.SettledAsync(_dataset);
    }
}
