using Strata.Web;

namespace Strata.Cli.Tests;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly DataDirectory _data = new(Directory.CreateTempSubdirectory("strata-lock-").FullName);

    public void Dispose() => Directory.Delete(_data.Path, recursive: true);

    [Fact]
    public void Only_one_holds_the_lock_and_the_next_gets_it_when_it_is_given_up()
    {
        var first = DataDirectoryLock.TryTake(_data).ShouldNotBeNull();
        DataDirectoryLock.TryTake(_data).ShouldBeNull();

        first.Dispose();

        using var second = DataDirectoryLock.TryTake(_data).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("strata.lock", true)]
    [InlineData("a file", false)]
    public void A_data_directory_that_cannot_be_written_is_named_with_what_to_do(string name, bool isFolder)
    {
        var path = Path.Combine(_data.Path, name);
        if (isFolder)
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            File.WriteAllText(path, "");
        }

        var data = isFolder ? _data : new DataDirectory(path);
        var refused = Should.Throw<OperationException>(() => DataDirectoryLock.TryTake(data));

        refused.Message.ShouldStartWith($"expected a data directory that can be written, found {data.Path}");
        refused.Next.ShouldNotBeNull().ShouldContain("--data");
    }

    [Fact]
    public void A_server_leaves_its_address_and_takes_it_away()
    {
        RunningServer.Read(_data).ShouldBeNull();
        var server = new RunningServer("http://127.0.0.1:51234", 4711, new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), "0.1.0");

        server.Write(_data);
        RunningServer.Read(_data).ShouldBe(server);

        RunningServer.Remove(_data);
        RunningServer.Read(_data).ShouldBeNull();
    }

    [Theory]
    [InlineData("registrar, projections", (int)(Roles.Registrar | Roles.Projections))]
    [InlineData("registrar,relay,workers,projections,catalog,web", (int)Roles.All)]
    [InlineData("RELAY", (int)Roles.Relay)]
    [InlineData("workers", (int)(Roles.Workers | Roles.Projections))]
    [InlineData("catalog", (int)(Roles.Catalog | Roles.Projections))]
    [InlineData("web", (int)(Roles.Web | Roles.Projections))]
    public void Roles_are_read_from_their_names_and_bring_the_tables_that_they_need(string list, int expected) => RoleNames.Parse(list).ShouldBe(((Roles)expected, null));

    [Theory]
    [InlineData("")]
    [InlineData("registrar,cook")]
    public void A_role_that_there_is_not_is_refused_with_those_there_are(string list) =>
        RoleNames.Parse(list).Refusal.ShouldNotBeNull().ShouldContain("registrar,relay,workers,projections,catalog,web");

    [Fact]
    public void A_listener_is_named_by_its_process_where_the_system_tells()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("only Linux tells who listens on a port, in /proc");
        }

        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();

        PortOwner.Find(((System.Net.IPEndPoint)listener.LocalEndpoint).Port).ShouldNotBeNull().ShouldEndWith($"(process {Environment.ProcessId})");
    }
}
