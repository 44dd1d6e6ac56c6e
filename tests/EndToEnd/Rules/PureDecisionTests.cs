using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.EndToEnd.Tests;

/// <summary>Whatever a decision or a fold can reach has no clock, no random number and no file: read from the compiled code. Source: DESIGN rule 4.</summary>
public sealed class PureDecisionTests
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly string[] Decisions = ["Decide", "Judge", "Remove", "Apply"];

    private static readonly Type[] Impure =
    [
        typeof(TimeProvider), typeof(Stopwatch), typeof(Random), typeof(RandomNumberGenerator), typeof(File), typeof(FileInfo), typeof(FileStream), typeof(Directory),
        typeof(DirectoryInfo), typeof(DriveInfo), typeof(RandomAccess), typeof(Process), typeof(Thread), typeof(HttpClient), typeof(System.Net.Sockets.Socket),
    ];

    [Fact]
    public void Rule_4_no_decision_reaches_a_clock_a_random_number_or_a_file()
    {
        var roots = typeof(CatalogRegistrar).Assembly.GetTypes().SelectMany(t => t.GetMethods(Any)).Where(m => Decisions.Contains(m.Name)).ToList();
        roots.Count.ShouldBeGreaterThan(15, "decisions and states have other names now: say here which");

        ImpureCalls(CalledCode.From(roots)).ShouldBeEmpty();
    }

    [Fact]
    public void Rule_4_no_fold_reaches_a_clock_a_random_number_or_a_file_but_its_own_tables()
    {
        var folds = typeof(IReadModels).Assembly.GetTypes().Where(t => t.IsClass && t.GetInterface("IEventFold") is not null).ToList();
        folds.Count.ShouldBe(2, "each projection has one");
        var code = CalledCode.From(folds.SelectMany(fold => fold.GetMethods(Any)), type => type.Namespace == "Strata.Projections.Storage");
        code.Methods.ShouldBeGreaterThan(100);

        ImpureCalls(code).ShouldBeEmpty();
    }

    [Fact]
    public void A_call_of_the_clock_or_of_chance_is_seen_however_deep_it_lies()
    {
        var code = CalledCode.From([typeof(PureDecisionTests).GetMethod(nameof(Outer), Any)!]);

        ImpureCalls(code).Select(call => call.Split(" is called by ")[0]).Distinct().ShouldBe(["System.DateTime.get_UtcNow", "System.Guid.NewGuid"], ignoreOrder: true);
    }

    private static IEnumerable<long> Outer(int[] values) => values.Select(v => v + Inner().First());

    private static IEnumerable<long> Inner()
    {
        yield return DateTime.UtcNow.Ticks;
        yield return Guid.NewGuid().GetHashCode();
    }

    private static IEnumerable<string> ImpureCalls(CalledCode code) =>
        code.Foreign.Where(f => IsImpure(f.Called)).Select(f => $"{f.Called.DeclaringType!.FullName}.{f.Called.Name} is called by {f.By}").Distinct();

    private static bool IsImpure(MethodBase called)
    {
        var type = called.DeclaringType!;
        return Impure.Contains(type)
            || (type == typeof(DateTime) || type == typeof(DateTimeOffset)) && called.Name is "get_Now" or "get_UtcNow" or "get_Today"
            || type == typeof(Guid) && called.Name is nameof(Guid.NewGuid) or nameof(Guid.CreateVersion7)
            || type == typeof(Path) && called.Name is nameof(Path.GetFullPath) or nameof(Path.GetTempPath) or nameof(Path.GetTempFileName)

            // Every iterator asks on which thread it is.
            || type == typeof(Environment) && called.Name is not "get_CurrentManagedThreadId"
            || type == typeof(Task) && called.Name is nameof(Task.Delay) or nameof(Task.Run);
    }
}
