using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Strata.Publishing.Tests;

/// <summary>A robot gets the outbox and no server with it.</summary>
public sealed class DependencyTests
{
    private static readonly string[] Ours = ["Strata.Arrow", "Strata.Contracts", "Strata.Publishing", "Strata.Rrd"];

    private static readonly string[] Packages =
        ["Google.Protobuf", "Microsoft.Data.Sqlite", "Polly.Core", "RabbitMQ.Client", "SQLitePCLRaw.batteries_v2", "SQLitePCLRaw.core", "SQLitePCLRaw.provider.e_sqlite3", "System.IO.Hashing", "System.Threading.RateLimiting"];

    /// <summary>Walks the references of the built files, so that nothing comes in by way of another one.</summary>
    [Fact]
    public void The_room_drags_in_nothing_but_its_own_few_packages()
    {
        var folder = AppContext.BaseDirectory;
        var (found, open) = (new SortedSet<string>(StringComparer.Ordinal), new Queue<string>(["Strata.Publishing"]));
        while (open.TryDequeue(out var name))
        {
            if (found.Add(name) && Path.Combine(folder, name + ".dll") is var path && File.Exists(path))
            {
                foreach (var reference in ReferencesOf(path))
                {
                    open.Enqueue(reference);
                }
            }
        }

        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        found.Where(name => !File.Exists(Path.Combine(runtime, name + ".dll"))).Except([.. Ours, .. Packages]).ShouldBeEmpty();
        found.ShouldContain("RabbitMQ.Client");
        found.ShouldNotContain(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || name.StartsWith("MassTransit", StringComparison.Ordinal));
    }

    private static IEnumerable<string> ReferencesOf(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
