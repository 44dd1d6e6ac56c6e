using Strata.Contracts;

namespace Strata.Projections.Storage;

/// <summary><see cref="KeptBytes"/> as four columns: mode, location, modification time, tail digest.</summary>
internal static class KeptBytesColumns
{
    public static void Bind(Statement statement, int first, KeptBytes? kept)
    {
        statement.Bind(first, kept is null ? null : (long)kept.Mode)
            .Bind(first + 1, kept?.Location)
            .Bind(first + 2, kept?.ModifiedAtNs)
            .Bind(first + 3, kept?.TailSha256);
    }

    public static KeptBytes? Read(Statement statement, int first) => statement.IsNull(first)
        ? null
        : new((KeepMode)statement.Int64(first), statement.Text(first + 1), statement.Int64OrNull(first + 2), statement.DigestOrNull(first + 3));
}
