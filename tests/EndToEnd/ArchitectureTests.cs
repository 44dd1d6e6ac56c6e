using System.Xml.Linq;

namespace Strata.EndToEnd.Tests;

/// <summary>Arrows between rooms point one way. Source: DESIGN §3 (in this repository: ARCHITECTURE.md).</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Contracts"] = [],
        ["Arrow"] = [],
        ["Rrd"] = ["Arrow"],
        ["EventStore"] = ["Contracts"],
        ["Recordings"] = ["Contracts", "Arrow", "Rrd"],
        ["Registrar"] = ["Contracts", "Arrow", "Rrd", "EventStore", "Recordings"],
        ["Projections"] = ["Contracts", "Arrow", "EventStore"],
        ["DerivationWorkers"] = ["Contracts", "Arrow", "Rrd", "EventStore", "Recordings", "Registrar", "Projections"],
        ["Deriving"] = ["Arrow", "Rrd"],
        ["Publishing"] = ["Contracts", "Rrd"],
        ["Bus"] = ["Contracts", "EventStore", "Registrar"],
        ["Catalog"] = ["Contracts", "Arrow", "Rrd", "EventStore", "Recordings", "Registrar", "Projections"],
        ["Cli"] = ["Contracts", "Arrow", "Rrd", "EventStore", "Recordings", "Registrar", "Projections", "DerivationWorkers", "Deriving", "Bus", "Publishing", "Catalog", "Web", "Webhooks"],
        ["Webhooks"] = ["Contracts", "Arrow", "EventStore"],
        ["Web"] = ["Contracts", "Arrow", "EventStore", "Recordings", "Registrar", "Projections"],
    };

    public static TheoryData<string> Rooms => [.. Directory.GetDirectories(Path.Combine(Samples.Repository, "src")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_the_rooms_below_it(string room)
    {
        Allowed.ShouldContainKey(room, $"src/{room} is a new room: say here what it may know");

        Included(room, "ProjectReference").Select(path => Path.GetFileName(Path.GetDirectoryName(path.Replace('\\', '/')))!).Except(Allowed[room]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("MassTransit", "Bus")]
    [InlineData("RabbitMQ.Client", "Bus,Publishing")]
    [InlineData("Microsoft.Data.Sqlite", "EventStore,Projections,Publishing")]
    [InlineData("Grpc.AspNetCore", "Catalog")]
    [InlineData("Microsoft.AspNetCore.Authentication", "Catalog")]
    [InlineData("System.CommandLine", "Cli")]
    [InlineData("Spectre.Console", "Cli")]
    [InlineData("Npgsql", "EventStore")]
    [InlineData("Polly", "DerivationWorkers,EventStore,Publishing,Recordings,Webhooks")]
    [InlineData("AWSSDK", "Recordings")]
    [InlineData("OpenTelemetry", "Cli")]
    public void A_package_is_known_only_to_its_rooms(string package, string rooms)
    {
        var knowing = Rooms.Select(r => r.Data).Where(room => Included(room, "PackageReference").Any(p => p.StartsWith(package, StringComparison.Ordinal)));

        knowing.Except(rooms.Split(',')).ShouldBeEmpty();
    }

    [Fact]
    public void Contracts_and_Arrow_need_no_package()
    {
        Included("Contracts", "PackageReference").ShouldBeEmpty();
        Included("Arrow", "PackageReference").ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_bus_speaks_MassTransit_and_only_the_stores_speak_sql()
    {
        SourcesWith("using MassTransit", except: ["Bus"]).ShouldBeEmpty();
        SourcesWith("using Microsoft.Data.Sqlite", except: ["EventStore", "Projections", "Publishing"]).ShouldBeEmpty();
        SourcesWith("using Npgsql", except: ["EventStore"]).ShouldBeEmpty();
    }

    [Fact]
    public void No_read_model_opens_a_recording() => SourcesWith("using Strata.Rrd", except: [.. Allowed.Keys.Except(["Projections"])]).ShouldBeEmpty();

    [Fact]
    public void The_transport_of_the_catalog_knows_no_Rerun() =>
        SourcesWith("using Strata.", except: [.. Allowed.Keys.Except(["Catalog"])]).Concat(SourcesWith("Protocol.", except: [.. Allowed.Keys.Except(["Catalog"])]))
            .Where(file => file.Contains("/Transport/", StringComparison.Ordinal)).ShouldBeEmpty();

    private static IEnumerable<string> SourcesWith(string text, string[] except) =>
        from room in Rooms.Select(r => r.Data)
        where !except.Contains(room)
        from file in Directory.EnumerateFiles(Path.Combine(Samples.Repository, "src", room), "*.cs", SearchOption.AllDirectories)
        where !file.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(file).Contains(text, StringComparison.Ordinal)
        select file;

    private static IEnumerable<string> Included(string room, string item) =>
        XDocument.Load(Path.Combine(Samples.Repository, "src", room, $"Strata.{room}.csproj"))
            .Descendants(item)
            .Select(e => e.Attribute("Include")!.Value);
}
