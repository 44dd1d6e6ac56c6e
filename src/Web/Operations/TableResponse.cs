namespace Strata.Web;

/// <summary>A table of Rerun's: one object a row, with the columns' own names; lists are arrays, times integer nanoseconds.</summary>
/// <param name="Position">The log position that the table shows.</param>
/// <param name="Purged">Of a past state: segments that were there and were purged since; null: none.</param>
/// <param name="Matched">Where only some rows were asked for: how many are what was asked for, of which these are those from the offset to the limit.</param>
public sealed record TableResponse(IReadOnlyList<TableColumn> Columns, TableRows Rows, long Position, IReadOnlyList<PurgedLine>? Purged = null, long? Matched = null);

/// <param name="Position">Where the purge was asked for.</param>
/// <param name="Erased">Whether it is done: false while bytes of it may be left.</param>
public sealed record PurgedLine(string Segment, long Position, string Reason, bool Erased);

/// <param name="Type">Arrow's type in words, such as <c>Utf8</c> or <c>Timestamp(Nanosecond)</c>.</param>
/// <param name="Clash">Null: the column has the name that it should have.</param>
public sealed record TableColumn(string Name, string Type, NameClash? Clash = null);

/// <summary>A property whose column could not have its own name, since another property has it.</summary>
/// <param name="Name">That name.</param>
/// <param name="EntityPath">Where the property was logged.</param>
public sealed record NameClash(string Name, string EntityPath);
