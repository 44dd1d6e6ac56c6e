using System.Runtime.CompilerServices;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>Rerun's how-to "Using layers to append data to segments" as a script against a server of the test's choice.</summary>
/// <param name="ServerLines">What stands for the server in it.</param>
/// <param name="SetUpEnds">The line at which its set-up is done.</param>
internal sealed record HowToScript(string Source, string ServerLines, string SetUpEnds)
{
    private const string Variable = "STRATA_RERUN_REPOSITORY";
    private const string InRepository = "docs/snippets/all/howto/layers.py";

    private const string RerunsServer =
        """
        server = rr.server.Server(datasets={"sample_dataset": sample_5_path})
        client = server.client()
        """;

    /// <summary>The script of Rerun's public repository, read where it lies; the test is skipped where there is none.</summary>
    public static HowToScript Reruns()
    {
        var repository = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(repository) || !File.Exists(Path.Combine(repository, InRepository)))
        {
            Assert.Skip($"Rerun's own how-to script is absent: check out github.com/rerun-io/rerun and set {Variable} to it; the script of our own that does the same is run");
        }

        return new(File.ReadAllText(Path.Combine(repository, InRepository)), RerunsServer, "# endregion: setup");
    }

    /// <summary>Does and prints the same.</summary>
    public static HowToScript Ours() => new(File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "layers_howto.py")), "CatalogClient(\"SERVER\")", "# set-up ends here");

    /// <summary>Nothing but the server is another one.</summary>
    public string Against(Uri server)
    {
        Source.Split(ServerLines).Length.ShouldBe(2, "the script names its server once, as the test knows it");
        return Source.Replace(ServerLines, ServerLines == RerunsServer ? $"client = rr.catalog.CatalogClient(\"rerun+{server}\")" : $"CatalogClient(\"rerun+{server}\")", StringComparison.Ordinal);
    }

    public string SetUpAgainst(Uri server)
    {
        var whole = Against(server);
        return whole[..whole.IndexOf(SetUpEnds, StringComparison.Ordinal)];
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
