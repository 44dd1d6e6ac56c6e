namespace Strata.Web;

/// <summary>A table of Rerun's: one object a row, with the columns' own names; lists are arrays, times integer nanoseconds.</summary>
/// <param name="Position">The log position that the table shows.</param>
public sealed record TableResponse(IReadOnlyList<TableColumn> Columns, TableRows Rows, long Position);

/// <param name="Type">Arrow's type in words, such as <c>Utf8</c> or <c>Timestamp(Nanosecond)</c>.</param>
public sealed record TableColumn(string Name, string Type);
