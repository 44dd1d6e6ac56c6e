namespace Strata.Cli;

/// <summary>What a process does. Source: DESIGN §8.</summary>
[Flags]
internal enum Roles
{
    None = 0,
    Registrar = 1,
    Relay = 2,
    Workers = 4,
    Projections = 8,
    Web = 16,
    Catalog = 32,
    All = Registrar | Relay | Workers | Projections | Web | Catalog,

    /// <summary>A command that only reads: read models catch up first.</summary>
    Reader = Projections,

    /// <summary>A command that writes and must see its work through.</summary>
    Worker = Registrar | Relay | Workers | Projections,
}

internal static class RoleNames
{
    /// <summary>These answer from tables, or find their work there; each process folds its own into its data directory, so they bring them along.</summary>
    private const Roles NeedTables = Roles.Workers | Roles.Catalog | Roles.Web;

    /// <summary>These keep, derive or serve recordings, and do not start with those of another catalog.</summary>
    public const Roles NeedRecordings = Roles.Registrar | Roles.Workers | Roles.Catalog | Roles.Web;

    /// <summary>These publish on the broker, or take from it.</summary>
    public const Roles UseBroker = Roles.Registrar | Roles.Relay | Roles.Workers;

    private static readonly (string Name, Roles Role)[] Named =
    [
        ("registrar", Roles.Registrar), ("relay", Roles.Relay), ("workers", Roles.Workers), ("projections", Roles.Projections), ("catalog", Roles.Catalog),
        ("web", Roles.Web),
    ];

    public static string All => string.Join(",", Named.Select(n => n.Name));

    public static IReadOnlyList<string> Of(Roles roles) => [.. Named.Where(n => roles.HasFlag(n.Role)).Select(n => n.Name)];

    public static Roles WithWhatTheyNeed(this Roles roles) => (roles & NeedTables) == Roles.None ? roles : roles | Roles.Projections;

    /// <summary>Beyond what is named, what that needs. Source: DESIGN §8.</summary>
    /// <returns>The roles, or what is wrong with the list.</returns>
    public static (Roles Roles, string? Refusal) Parse(string list)
    {
        var roles = Roles.None;
        foreach (var part in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var found = Named.FirstOrDefault(n => string.Equals(n.Name, part, StringComparison.OrdinalIgnoreCase)).Role;
            if (found == Roles.None)
            {
                return (Roles.None, $"roles: expected some of {All}, found '{part}'");
            }

            roles |= found;
        }

        return roles == Roles.None ? (roles, $"roles: expected some of {All}, found none") : (roles.WithWhatTheyNeed(), null);
    }
}
