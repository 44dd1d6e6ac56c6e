using System.Buffers;
using System.Globalization;

namespace Strata.Catalog.Registration;

/// <summary>
/// Names of tasks. There is no table of them: what succeeded is named by where the log holds it, which is durable before the client learns the name; what failed by
/// the registration and its place among the failures that are recorded there. Source: catalog-protocol §2.17.
/// </summary>
internal static class TaskIds
{
    private const string Prefix = "task_";
    private const char Separator = '_';
    private const string Hex16 = "X16";

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    public static string NewRegistrationId() => Guid.CreateVersion7().ToString("N");

    /// <param name="position">Up to which the log must be there.</param>
    public static string Of(long position) => Prefix + position.ToString(Hex16, CultureInfo.InvariantCulture);

    public static string OfFailure(string registrationId, int index) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{registrationId}{Separator}{index}");

    public static TaskName? Parse(string id)
    {
        if (!id.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var name = id.AsSpan(Prefix.Length);
        if (name.IndexOf(Separator) is >= 0 and var end)
        {
            return name[..end].IndexOfAnyExcept(Hexadecimal) < 0 && int.TryParse(name[(end + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? new TaskName.Failure(name[..end].ToString(), index) : null;
        }

        return name.Length == sizeof(long) * 2 && long.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var position) && position >= 0
            ? new TaskName.Done(position)
            : null;
    }
}

internal abstract record TaskName
{
    public sealed record Done(long Position) : TaskName;

    public sealed record Failure(string RegistrationId, int Index) : TaskName;
}
