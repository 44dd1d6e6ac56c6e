using System.Text.RegularExpressions;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The files of a new deriver in C#: a class, a test, a definition.</summary>
internal static partial class DeriverScaffold
{
    private const string Solution = "Pipeline.sln";

    /// <summary>Those that Strata's own tests use.</summary>
    private const string TestPackages =
        """
            <PackageReference Include="Microsoft.NET.Test.Sdk" Version="17.14.1" />
            <PackageReference Include="xunit.v3" Version="3.2.2" />
            <PackageReference Include="xunit.runner.visualstudio" Version="3.1.5" />
        """;

    [GeneratedRegex("^[a-z][a-z0-9_]{0,63}$")]
    private static partial Regex NameRule();

    /// <summary><c>joint_speed</c> → <c>JointSpeed</c>.</summary>
    public static string ClassOf(string name) => string.Concat(name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    /// <param name="strata">A checkout of Strata, whose projects are referenced; or a folder of packages; null: wherever packages come from.</param>
    /// <returns>Path from the folder, and text.</returns>
    /// <exception cref="OperationException">The name is none.</exception>
    public static IReadOnlyList<(string File, string Text)> Files(string name, string? strata)
    {
        if (!NameRule().IsMatch(name))
        {
            throw new OperationException(OperationErrors.Invalid, $"NAME: expected a letter, then a-z, 0-9 and _, at most 64, found '{name}'", "strata deriver new joint_speed");
        }

        var type = ClassOf(name);
        return
        [
            ($"{type}/{type}.csproj", Project(Reference(strata))),
            ($"{type}/{type}Deriver.cs", Fill(Class, name, type)),
            ($"{type}.Tests/{type}.Tests.csproj", Fill(TestProject, name, type)),
            ($"{type}.Tests/{type}DeriverTests.cs", Fill(Test, name, type)),
            ($"{name}.json", Fill(Definition, name, type)),
            .. strata is null || IsCheckout(strata) ? [] : new[] { ("nuget.config", Fill(Feed, name, type).Replace("FEED", strata, StringComparison.Ordinal)) },
        ];
    }

    private static bool IsCheckout(string strata) => File.Exists(Path.Combine(strata, Solution));

    private static string Reference(string? strata) => strata is not null && IsCheckout(strata)
        ? $"""<ProjectReference Include="{Path.Combine(strata, "src", "Deriving", "Strata.Deriving.csproj")}" />"""
        : $"""<PackageReference Include="Strata.Deriving" Version="{ProgramVersion.Text}" />""";

    private static string Fill(string template, string name, string type) =>
        template.Replace("TYPE", type, StringComparison.Ordinal).Replace("NAME", name, StringComparison.Ordinal).Replace("TEST_PACKAGES", TestPackages, StringComparison.Ordinal) + "\n";

    private static string Project(string reference) =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>
            <CopyLocalLockFileAssemblies>true</CopyLocalLockFileAssemblies>
          </PropertyGroup>
          <ItemGroup>
            {reference}
          </ItemGroup>
        </Project>

        """;

    private const string Class =
        """
        using Strata.Deriving;

        namespace TYPE;

        /// <summary>How many rows there are, and the largest number in each: replace it by what you want to know.</summary>
        public sealed class TYPEDeriver : SegmentDeriver
        {
            public override string Name => "NAME";

            /// <summary>Raise it, and that of NAME.json, with every change that can change what comes out.</summary>
            public override int Version => 1;

            public override IReadOnlyList<string> Reads => ["/observation/joint_positions"];

            public override void Derive(SegmentInput input, LayerOutput output)
            {
                var index = input.Parameters.GetProperty("index").GetString()!;
                var joints = input.Numbers("/observation/joint_positions", index);
                var largest = joints.Rows.Select(row => row.Length == 0 ? 0 : row.Max(Math.Abs)).ToArray();
                if (largest.Length == 0)
                {
                    output.Skip($"there are no rows on the index '{index}'");
                    return;
                }

                output.Scalars($"/derived/{input.OutputLayer}", joints.Timeline, joints.Kind, [.. joints.Times], largest);
                output.Property("largest", largest.Max());
                output.RowsUsed = largest.Length;
            }
        }
        """;

    private const string TestProject =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>
          </PropertyGroup>
          <ItemGroup>
            <ProjectReference Include="../TYPE/TYPE.csproj" />
        TEST_PACKAGES
            <Using Include="Xunit" />
          </ItemGroup>
        </Project>
        """;

    private const string Test =
        """"
        using Strata.Arrow;
        using Strata.Deriving;
        using Strata.Rrd;

        namespace TYPE.Tests;

        public sealed class TYPEDeriverTests
        {
            [Fact]
            public void The_largest_number_of_each_row_is_found()
            {
                var joints = new NumberColumn("real_time", Strata.Rrd.TimelineKind.Timestamp, [1_000, 2_000], [[0.5, -2.0], [1.0, 0.0]]);
                var input = SegmentInput.OfColumns("NAME", """{"index": "real_time"}""", new Dictionary<string, NumberColumn> { ["/observation/joint_positions"] = joints });
                var output = new LayerOutput("NAME");

                new TYPEDeriver().Derive(input, output);

                Assert.Null(output.Skipped);
                Assert.Equal(2, output.RowsUsed);
                Assert.Equal(2.0, ((DoubleArray)output.Properties["largest"]).Values[0]);
            }
        }
        """";

    private const string Definition =
        """
        {
          "version": 1,
          "description": "the largest number of each row",
          "assemblies": "{folder}/TYPE/bin/Release/net10.0",
          "reads": ["/observation/joint_positions"],
          "parameters": {
            "index": { "type": "text", "default": "real_time", "help": "a timeline" }
          }
        }
        """;

    private const string Feed =
        """
        <configuration>
          <packageSources>
            <add key="strata" value="FEED" />
          </packageSources>
        </configuration>
        """;
}
