using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>The names that are taken, as one attempt read them. What is decided upon them is guarded in the append.</summary>
internal sealed class EntryNames(IReadOnlyDictionary<string, DatasetId> taken)
{
    public static EntryNames Empty { get; } = new(new Dictionary<string, DatasetId>());

    public DatasetId? Find(string name) => taken.TryGetValue(name, out var id) ? id : name == SystemEntries.EntriesTable ? SystemEntries.EntriesTableId : null;

    /// <exception cref="CommandRefusedException">Another entry has the name.</exception>
    public void RequireFree(string name)
    {
        if (Find(name) is not null)
        {
            throw new CommandRefusedException(RefusalKind.AlreadyExists, $"Entry name '{name}' already exists");
        }
    }
}
