using System.Reflection;
using System.Runtime.Loader;
using Strata.Deriving;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Loads derivers out of a folder of built assemblies. What this program and they both know, they share; all else is theirs.</summary>
internal static class DeriverAssemblies
{
    private static readonly string Contract = typeof(SegmentDeriver).Assembly.GetName().Name!;

    /// <exception cref="OperationException">There is no such deriver in the folder.</exception>
    public static SegmentDeriver Load(string folder, string name)
    {
        var derivers = Derivers(folder);
        return derivers.FirstOrDefault(d => d.Name == name) ?? throw new OperationException(
            OperationErrors.NotFound,
            $"{folder}: expected a public class that derives from {nameof(SegmentDeriver)} and is called '{name}', found {(derivers.Count == 0 ? "none of that kind" : string.Join(", ", derivers.Select(d => $"'{d.Name}'")))}",
            "strata deriver new --help");
    }

    private static List<SegmentDeriver> Derivers(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new OperationException(OperationErrors.NotFound, $"there is no folder {folder}", "build the deriver, and name the folder of its output");
        }

        return [.. Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal).SelectMany(TypesIn).Select(type => (SegmentDeriver)Activator.CreateInstance(type)!)];
    }

    private static IEnumerable<Type> TypesIn(string file)
    {
        if (NameOf(file) is not { } name || name.Name == Contract || AssemblyLoadContext.Default.Assemblies.Any(a => a.GetName().Name == name.Name))
        {
            return [];
        }

        var assembly = new Context(file).LoadFromAssemblyPath(Path.GetFullPath(file));
        return assembly.GetReferencedAssemblies().Any(a => a.Name == Contract)
            ? assembly.GetExportedTypes().Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(SegmentDeriver)) && t.GetConstructor([]) is not null)
            : [];
    }

    /// <summary>Null: no .NET assembly.</summary>
    private static AssemblyName? NameOf(string file)
    {
        try
        {
            return AssemblyName.GetAssemblyName(file);
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    private sealed class Context(string main) : AssemblyLoadContext(Path.GetFileName(main))
    {
        private static readonly HashSet<string> Shared = [Contract, "Strata.Arrow", "Strata.Rrd"];

        private readonly AssemblyDependencyResolver _resolver = new(Path.GetFullPath(main));

        protected override Assembly? Load(AssemblyName assemblyName) =>
            !Shared.Contains(assemblyName.Name!) && _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : nint.Zero;
    }
}
