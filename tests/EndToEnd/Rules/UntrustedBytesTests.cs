using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// Readers of untrusted bytes have no unsafe code, and data names no type. That lengths are checked before they allocate is tested where the readers are
/// (<c>HostileInputTests</c>, <c>HostileBytesTests</c>). Source: DESIGN rule 11.
/// </summary>
public sealed partial class UntrustedBytesTests
{
    private static readonly Assembly[] Readers = [typeof(Schema).Assembly, typeof(RrdReader).Assembly, typeof(IRecordingStore).Assembly, typeof(StrataEvent).Assembly];

    /// <summary>A converter for an array of a type that one of our records declares.</summary>
    private const string DeclaredByTheProgram = "Strata.Contracts.EquatableArrayConverterFactory.CreateConverter";

    [Fact]
    public void Rule_11_no_room_allows_unsafe_code()
    {
        var projects = Directory.GetFiles(Path.Combine(Samples.Repository, "src"), "*.csproj", SearchOption.AllDirectories);
        projects.Length.ShouldBeGreaterThan(8);

        projects.Append(Path.Combine(Samples.Repository, "Directory.Build.props"))
            .Where(p => XDocument.Load(p).Descendants("AllowUnsafeBlocks").Any()).ShouldBeEmpty();
    }

    [Fact]
    public void Rule_11_no_reader_makes_a_type_from_data()
    {
        var code = CalledCode.From(Readers.SelectMany(r => r.GetTypes()).Where(t => !t.ContainsGenericParameters)
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(m => !m.ContainsGenericParameters));
        code.Methods.ShouldBeGreaterThan(500);

        code.Foreign.Where(f => MakesTypes(f.Called) && f.By != DeclaredByTheProgram).Select(f => $"{f.Called.DeclaringType!.FullName}.{f.Called.Name} is called by {f.By}").ShouldBeEmpty();
    }

    [Fact]
    public void Rule_11_every_limit_of_a_reader_is_a_constant_with_its_reason()
    {
        foreach (var file in new[] { "src/Rrd/RrdLimits.cs", "src/Arrow/ArrowLimits.cs" })
        {
            var lines = File.ReadAllLines(Path.Combine(Samples.Repository, file));
            var limits = lines.Index().Where(l => Limit().IsMatch(l.Item)).ToList();
            limits.ShouldNotBeEmpty(file);
            limits.ShouldAllBe(l => lines[l.Index - 1].TrimStart().StartsWith("///", StringComparison.Ordinal), file);
        }
    }

    private static bool MakesTypes(MethodBase called) =>
        called.DeclaringType is { } type
        && ((type == typeof(Type) && called.Name == nameof(Type.GetType))
            || (type == typeof(Assembly) && (called.Name.StartsWith("Load", StringComparison.Ordinal) || called.Name is nameof(Assembly.GetType) or nameof(Assembly.CreateInstance)))
            || (type == typeof(Activator) && !called.IsGenericMethod)
            || type.FullName == "System.Runtime.Serialization.Formatters.Binary.BinaryFormatter");

    [GeneratedRegex(@"^\s*(public|internal|private) (const|static readonly) \w+ \w+ =")]
    private static partial Regex Limit();
}
