namespace Strata.DerivationWorkers;

/// <summary>Finds the program of a definition: at its path, from the definition's folder, or where programs are.</summary>
internal static class OutsidePrograms
{
    public const string DotnetRoot = "DOTNET_ROOT";

    private const string UsualPath = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>Where this process finds programs, its children do too.</summary>
    public static string SearchPath => Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : UsualPath;

    /// <returns>Null: there is none.</returns>
    public static string? Find(OutsideDefinition definition)
    {
        var program = definition.Command[0];
        if (program.Contains('/', StringComparison.Ordinal) || program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return Existing(Path.GetFullPath(program, Path.GetDirectoryName(Path.GetFullPath(definition.File))!));
        }

        return SearchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Existing(Path.Combine(folder, program))).FirstOrDefault(found => found is not null);
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;
}
