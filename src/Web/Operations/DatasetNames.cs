using Strata.Contracts;

namespace Strata.Web;

/// <summary>Names that a new dataset cannot have. The registrar refuses them in Rerun's words, which have no next step.</summary>
internal static class DatasetNames
{
    /// <exception cref="OperationException">It is not allowed, with what to do.</exception>
    public static void Refuse(string name)
    {
        if (Names.RefuseEntryName(MomentName.TryParse(name)?.Dataset ?? name) is { } refusal)
        {
            throw new OperationException(OperationErrors.Invalid, $"dataset {refusal}", $"choose a name of 1 to {Names.MaxEntryNameBytes} of the allowed characters, such as my_robot");
        }

        if (string.Equals(name, SystemEntries.EntriesTable, StringComparison.Ordinal))
        {
            throw new OperationException(OperationErrors.Conflict, $"'{name}' is the catalog's own table of entries, not a dataset", "choose another name, such as my_robot");
        }
    }
}
