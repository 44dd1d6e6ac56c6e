using System.Reflection;
using System.Xml.Linq;
using Strata.Arrow;

namespace Strata.Rrd.Tests.PublicApi;

/// <summary>What others may build on changes only when somebody means it: the text files beside this test say what it is.</summary>
public class PublicApiTests
{
    private const string Accept = "STRATA_ACCEPT_API";

    public static TheoryData<string> Assemblies => ["Strata.Arrow", "Strata.Rrd"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public async Task The_public_surface_is_that_which_was_accepted(string name)
    {
        var surface = ApiText.Of(name == "Strata.Arrow" ? typeof(RecordBatch).Assembly : typeof(RrdReader).Assembly);
        var file = Path.Combine(TestData.Root, "tests", "Rrd", "PublicApi", $"{name}.txt");
        if (Environment.GetEnvironmentVariable(Accept) is { Length: > 0 })
        {
            await File.WriteAllTextAsync(file, surface, TestContext.Current.CancellationToken);
        }

        var accepted = File.Exists(file) ? await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken) : [];
        string[] found = surface.TrimEnd('\n').Split('\n');
        var differences = accepted.Except(found).Select(line => "- " + line.Trim()).Concat(found.Except(accepted).Select(line => "+ " + line.Trim())).ToList();

        found.SequenceEqual(accepted).ShouldBeTrue($"who builds on {name} meets this; where it is meant: {Accept}=1 ./test Rrd, and commit the file\n{string.Join('\n', differences)}");
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Each_value_of_a_public_record_is_described(string name)
    {
        var assembly = name == "Strata.Arrow" ? typeof(RecordBatch).Assembly : typeof(RrdReader).Assembly;
        var described = XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{name}.xml")).Descendants("member")
            .ToLookup(member => member.Attribute("name")!.Value.Split('(')[0], member => member.Elements("param").Select(parameter => parameter.Attribute("name")!.Value));

        var missing = assembly.GetExportedTypes().Where(IsRecord).SelectMany(type => PositionalNames(type)
            .Except(described[$"T:{type.FullName}"].Concat(described[$"M:{type.FullName}.#ctor"]).SelectMany(names => names))
            .Select(parameter => $"{type.Name}.{parameter}"));

        missing.ShouldBeEmpty();
    }

    [Fact]
    public void The_text_says_what_callers_depend_on()
    {
        var text = ApiText.Of(Assembly.GetExecutingAssembly());

        text.ShouldContain("""
            public abstract class Strata.Rrd.Tests.PublicApi.PublicApiSpecimen<T> : IDisposable where T : struct
                protected PublicApiSpecimen(string? name = null)
                public const int Limit = 3
                public T this[int index] { get; }
                public string? Name { get; protected init; }
                protected abstract ReadOnlySpan<byte> Read(ref long at, in Guid id, CancellationToken cancellationToken = default)
                public bool TryFind<TKey>(TKey key, out List<string?> found, params int[] more) where TKey : class, IComparable<TKey>
                public virtual void Dispose()
            """.ReplaceLineEndings("\n"));
        text.ShouldContain("""
            public enum Strata.Rrd.Tests.PublicApi.PublicApiSpecimenKind : byte
                One = 1
            """.ReplaceLineEndings("\n"));
        text.ShouldNotContain("NotForOthers");
    }

    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null;

    // Of a constructor whose parameters are all called as properties are.
    private static List<string> PositionalNames(Type type) => type
        .GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Select(constructor => constructor.GetParameters().Select(parameter => parameter.Name!).ToList())
        .Where(names => names.All(parameter => type.GetProperty(parameter) is not null))
        .MaxBy(names => names.Count) ?? [];
}

/// <summary>One of everything that the text must tell.</summary>
public abstract class PublicApiSpecimen<T> : IDisposable
    where T : struct
{
    public const int Limit = 3;

    protected PublicApiSpecimen(string? name = null) => Name = name;

    public string? Name { get; protected init; }

    public T this[int index] => default;

    public bool TryFind<TKey>(TKey key, out List<string?> found, params int[] more)
        where TKey : class, IComparable<TKey>
    {
        found = [$"{key}{more.Length}"];
        return true;
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    protected abstract ReadOnlySpan<byte> Read(ref long at, in Guid id, CancellationToken cancellationToken = default);

    internal int NotForOthers() => Limit;
}

public enum PublicApiSpecimenKind : byte
{
    One = 1,
}
