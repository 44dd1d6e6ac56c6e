using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Strata.EndToEnd.Tests;

/// <summary>The compiler refuses the clock, chance and files' times where rows and decisions are made. Source: DESIGN rule 4.</summary>
public sealed partial class BannedSymbolsTests
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance;

    private static string[] Lines => File.ReadAllLines(Path.Combine(Samples.Repository, "eng", "BannedSymbols.txt"));

    [Theory]
    [InlineData("Projections")]
    [InlineData("Registrar")]
    public void Rule_4_the_analyzer_that_bans_clocks_and_chance_runs_in_every_room_that_folds_or_decides(string room)
    {
        var project = XDocument.Load(Path.Combine(Samples.Repository, "src", room, $"Strata.{room}.csproj"));

        project.Descendants("PackageReference").ShouldContain(p => (string?)p.Attribute("Include") == "Microsoft.CodeAnalysis.BannedApiAnalyzers");
        project.Descendants("AdditionalFiles").ShouldContain(p => (string?)p.Attribute("Include") == "../../eng/BannedSymbols.txt");
        var build = File.ReadAllText(Path.Combine(Samples.Repository, "Directory.Build.props"));
        build.ShouldContain("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>");
        (build + project).ShouldNotContain("RS0030", customMessage: "a place that may is suppressed where it stands, with its reason");
    }

    [Fact]
    public void Every_banned_symbol_is_one_since_the_analyzer_passes_over_what_it_does_not_find()
    {
        Lines.Length.ShouldBeGreaterThan(20);
        Lines.Where(line => !Exists(line.Split(';')[0])).ShouldBeEmpty();
        Exists("P:System.DateTime.UtcNew").ShouldBeFalse();
    }

    [Fact]
    public void Every_place_that_may_says_why()
    {
        var places = new[] { "Projections", "Registrar" }
            .SelectMany(room => Directory.GetFiles(Path.Combine(Samples.Repository, "src", room), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(File.ReadAllLines)
            .Where(line => line.Contains("disable RS0030", StringComparison.Ordinal))
            .ToArray();

        places.Length.ShouldBe(4, "another place asks for the time or draws: must it?");
        places.ShouldAllBe(line => Reason().IsMatch(line));
    }

    private static bool Exists(string id)
    {
        var name = id[2..].Split('(')[0];
        if (id[0] == 'T')
        {
            return TypeOf(name) is not null;
        }

        var dot = name.LastIndexOf('.');
        return TypeOf(name[..dot])?.GetMember(name[(dot + 1)..], Any) is { Length: > 0 };
    }

    private static Type? TypeOf(string name) => typeof(object).Assembly.GetType(name) ?? typeof(System.Diagnostics.Stopwatch).Assembly.GetType(name)
        ?? typeof(System.Security.Cryptography.RandomNumberGenerator).Assembly.GetType(name);

    [GeneratedRegex("disable RS0030 // .{20,}")]
    private static partial Regex Reason();
}
