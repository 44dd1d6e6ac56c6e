using System.Collections.Immutable;
using System.Text.Json;

namespace Strata.DerivationWorkers;

/// <summary>A definition that cannot work: its deriver is not there, and whoever asks for it is told why.</summary>
public sealed record RefusedDefinition(string Name, string File, string Reason);

/// <summary>The definitions in a folder, one <c>NAME.json</c> a deriver. One that cannot work keeps no other from being read.</summary>
public sealed record OutsideFolder(ImmutableArray<OutsideDefinition> Definitions, ImmutableArray<RefusedDefinition> Refused)
{
    private const string Pattern = "*.json";

    /// <summary>A definition is some lines; what is larger is something else.</summary>
    private const int MaxBytes = 1 << 20;

    public static OutsideFolder Empty { get; } = new([], []);

    /// <param name="taken">Names of derivers that are there already.</param>
    public static OutsideFolder Read(string folder, IReadOnlyCollection<string> taken)
    {
        if (!Directory.Exists(folder))
        {
            return Empty;
        }

        var definitions = ImmutableArray.CreateBuilder<OutsideDefinition>();
        var refused = ImmutableArray.CreateBuilder<RefusedDefinition>();
        foreach (var file in Directory.EnumerateFiles(folder, Pattern).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            try
            {
                definitions.Add(taken.Contains(name) ? throw new ParameterException($"the name '{name}' is that of a built-in deriver: rename the file") : ReadOne(name, file));
            }
            catch (Exception e) when (e is JsonException or FormatException or ArgumentException or IOException or UnauthorizedAccessException)
            {
                refused.Add(new(name, file, e.Message));
            }
        }

        return new(definitions.ToImmutable(), refused.ToImmutable());
    }

    private static OutsideDefinition ReadOne(string name, string file) => new FileInfo(file).Length is > MaxBytes and var length
        ? throw new ParameterException($"expected at most {MaxBytes} bytes, found {length}")
        : OutsideDefinition.Parse(name, File.ReadAllText(file), file);
}
