using Microsoft.Extensions.Configuration;
using Strata.Catalog.Tokens;
using Strata.Web;

namespace Strata.Cli.Tests;

public sealed class HostSettingsTests
{
    [Theory]
    [InlineData("00:00:05", 5_000)]
    [InlineData("00:00:00.010", 10)]
    [InlineData("1.00:00:00", 86_400_000)]
    public void The_sweep_of_the_workers_can_be_set(string text, int milliseconds) => With(("Strata:Workers:SweepEvery", text)).SweepEvery.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void What_is_not_set_is_left_to_the_workers(string? text) => With(("Strata:Workers:SweepEvery", text)).SweepEvery.ShouldBeNull();

    [Theory]
    [InlineData("soon")]
    [InlineData("00:00:00")]
    [InlineData("-00:00:05")]
    [InlineData("2.00:00:00")]
    public void A_sweep_that_cannot_be_is_refused_with_the_setting_what_was_expected_and_what_was_found(string text)
    {
        var refused = Should.Throw<OperationException>(() => With(("Strata:Workers:SweepEvery", text)).SweepEvery);

        refused.Message.ShouldContain("Strata:Workers:SweepEvery: expected a time");
        refused.Message.ShouldContain($"found '{text}'");
    }

    [Fact]
    public void Leases_and_the_number_of_evaluations_at_once_can_be_set()
    {
        var settings = With(("Strata:Workers:ClaimLease", "00:00:05"), ("Strata:Workers:Parallelism", "3"), ("Strata:Relay:Lease", "00:00:02"));

        FleetSettings.Worker(settings).ShouldSatisfyAllConditions(
            worker => worker.Lease.ShouldBe(TimeSpan.FromSeconds(5)),
            worker => worker.Parallelism.ShouldBe(3),
            worker => worker.SweepEvery.ShouldBe(TimeSpan.FromSeconds(30)));
        settings.RelayLease.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("Strata:Workers:ClaimLease", "00:00:00.5")]
    [InlineData("Strata:Workers:Parallelism", "0")]
    [InlineData("Strata:Workers:Parallelism", "many")]
    [InlineData("Strata:Relay:Lease", "never")]
    public void What_a_fleet_cannot_be_run_with_is_refused_by_its_name(string key, string text)
    {
        var settings = With((key, text), ("Strata:Bus:RabbitMq", "amqp://b"));

        var refused = Should.Throw<OperationException>(() => (FleetSettings.Worker(settings), FleetSettings.Bus(settings, Roles.All, new DataDirectory("/data"))));

        refused.Message.ShouldContain($"{key}: expected");
        refused.Message.ShouldContain($"found '{text}'");
    }

    [Fact]
    public void Two_workers_of_one_machine_name_and_process_id_are_two_owners() =>
        FleetSettings.Worker(With()).Owner.ShouldNotBe(FleetSettings.Worker(With()).Owner);

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("amqp://b", null, false)]
    [InlineData(null, "Host=db", false)]
    [InlineData("amqp://b", "Host=db", true)]
    public void Relays_take_turns_where_log_and_broker_are_shared_and_else_each_has_a_file(string? broker, string? database, bool takeTurns)
    {
        var bus = FleetSettings.Bus(With(("Strata:Bus:RabbitMq", broker), ("Strata:EventStore:ConnectionString", database)), Roles.Relay, new DataDirectory("/data"));

        bus.CheckpointFile.ShouldBe(takeTurns ? null : Path.Combine("/data", "relay.position"));
    }

    [Fact]
    public void Recordings_lie_in_the_data_directory_unless_a_folder_is_named()
    {
        var data = new DataDirectory("/data");
        const string Location = "recordings/ab/abc.rrd";

        data.FileOf(Location, With()).ShouldBe("/data/recordings/ab/abc.rrd");
        data.FileOf(Location, With(("Strata:Recordings:Folder", "/mnt/all of them/"))).ShouldBe("/mnt/all of them/ab/abc.rrd");
        Should.Throw<OperationException>(() => data.FileOf("recordings/../../etc/passwd", With(("Strata:Recordings:Folder", "/mnt/all")))).Message.ShouldContain("expected one inside");
    }

    [Fact]
    public void How_long_a_robot_may_be_silent_can_be_set_and_what_is_no_such_time_is_refused()
    {
        With(("Strata:Fleet:SilentAfter", "00:01:30")).RobotSilentAfter.ShouldBe(TimeSpan.FromSeconds(90));
        With().RobotSilentAfter.ShouldBeNull();

        Should.Throw<OperationException>(() => With(("Strata:Fleet:SilentAfter", "00:00:00")).RobotSilentAfter).Message
            .ShouldBe("Strata:Fleet:SilentAfter: expected a time from 00:00:01 to 30.00:00:00, found '00:00:00'");
    }

    [Fact]
    public void Nothing_configured_is_cleartext_without_a_provider_and_without_other_origins()
    {
        var settings = With();

        settings.LoadCertificate().ShouldBeNull();
        settings.Oidc.ShouldBeNull();
        settings.RequireTokens.ShouldBeFalse();
        settings.AllowedOrigins.ShouldBeEmpty();
    }

    [Fact]
    public void Origins_are_separated_by_commas() =>
        With(("Strata:Cors:Origins", "https://a.example.org, *://*.b.example.org:*")).AllowedOrigins.ShouldBe(["https://a.example.org", "*://*.b.example.org:*"]);

    [Fact]
    public void A_provider_has_reruns_audience_unless_another_is_named()
    {
        With(("Strata:Tokens:Oidc:Issuer", "https://id.example.org")).Oidc.ShouldBe(new OidcIssuer(new Uri("https://id.example.org"), "redap"));
        With(("Strata:Tokens:Oidc:Issuer", "https://id.example.org"), ("Strata:Tokens:Oidc:Audience", "strata")).Oidc!.Audience.ShouldBe("strata");
    }

    [Theory]
    [InlineData("foo", "found 'foo'")]
    [InlineData("http://broker", "found 'http://broker'")]
    [InlineData("amqp:broker", "found 'amqp:broker'")]
    [InlineData("amqq://robot:secret@broker", "found '…@broker'")]
    public void An_address_that_is_no_brokers_is_refused_with_what_was_expected_and_without_its_password(string text, string found)
    {
        var refused = Should.Throw<OperationException>(() => With(("Strata:Bus:RabbitMq", text)).RabbitMq);

        refused.Message.ShouldBe($"Strata:Bus:RabbitMq: expected amqp://USER:PASSWORD@HOST:PORT/VHOST, {found}");
        refused.Next.ShouldNotBeNull().ShouldContain("Strata__Bus__RabbitMq");
    }

    [Theory]
    [InlineData("amqp://robot:secret@broker:5672/fleet")]
    [InlineData("amqps://broker")]
    public void A_broker_is_named_by_its_address(string text) => With(("Strata:Bus:RabbitMq", text)).RabbitMq.ShouldBe(new Uri(text));

    [Fact]
    public void An_issuer_that_is_no_web_address_is_refused() =>
        Should.Throw<OperationException>(() => With(("Strata:Tokens:Oidc:Issuer", "id.example.org")).Oidc).Message.ShouldContain("Strata:Tokens:Oidc:Issuer: expected https://HOST, found 'id.example.org'");

    [Fact]
    public void Whether_tokens_are_required_is_never_guessed() =>
        Should.Throw<OperationException>(() => With(("Strata:Tokens:Required", "yes")).RequireTokens).Message.ShouldContain("expected true or false, found 'yes'");

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("false", false)]
    public void Tokens_can_be_required_by_configuration(string text, bool required) => With(("Strata:Tokens:Required", text)).RequireTokens.ShouldBe(required);

    private static HostSettings With(params (string Key, string? Value)[] values) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, v.Value))).Build(), Verbose: false);
}
