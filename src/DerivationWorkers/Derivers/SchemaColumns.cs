using System.Runtime.CompilerServices;
using Strata.Arrow;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Finds in a recording's schema what a rule wants, and what a person may have meant instead.</summary>
internal static class SchemaColumns
{
    /// <summary>More suggestions than these hide the right one.</summary>
    private const int MaxSuggestions = 8;

    private static readonly string[] CommandWords = ["action", "command", "cmd", "target", "goal", "desired", "setpoint", "joint", "pos"];
    private static readonly string[] ObservationWords = ["observation", "state", "actual", "measured", "feedback", "joint", "pos"];

    /// <summary>By instance: schemas are shared between recordings, and forgotten together with what is remembered here.</summary>
    private static readonly ConditionalWeakTable<Schema, List<(Field Field, EntityColumn Column)>> Known = [];

    /// <summary>All data columns, with the entity and component of each. Not to be changed.</summary>
    public static List<(Field Field, EntityColumn Column)> Of(Schema schema) => Known.GetValue(
        schema, static s => [.. s.FieldsList.Select(f => (Field: f, Column: ColumnOf(f))).Where(c => c.Column is not null).Select(c => (c.Field, c.Column!))]);

    /// <summary>The entity and component of a data column; null for other columns.</summary>
    public static EntityColumn? ColumnOf(Field field) =>
        field.Metadata.TryGetValue(SorbetKeys.EntityPath, out var path) && field.Metadata.TryGetValue(SorbetKeys.Component, out var component)
            ? new(EntityPath.Parse(path), component)
            : null;

    /// <param name="wanted">One or many columns of the command's or the observation's side.</param>
    /// <param name="option">Which option of <c>strata rule declare</c> names them: <c>--set command=</c>.</param>
    /// <returns>Null when all are there and can hold joints.</returns>
    public static string? Mismatch(Schema schema, IReadOnlyList<EntityColumn> wanted, string option, bool isCommand)
    {
        var columns = DataColumns(schema);
        var missing = wanted.Where(w => !columns.Any(c => c.Column == w)).ToList();
        if (missing.Count > 0)
        {
            var first = missing[0];
            var others = missing.Count > 1 ? $" (and {missing.Count - 1} more)" : "";
            var sameEntity = columns.Where(c => c.Column.Entity == first.Entity).ToList();
            return sameEntity.Count > 0
                ? $"{first.Entity} has no component {first.Component}{others}; it has {List(sameEntity, option)}"
                : $"{first.Entity} not in the recording{others}; {Similar(columns, option, isCommand)}";
        }

        return wanted.Select(w => columns.First(c => c.Column == w)).FirstOrDefault(c => !JointCells.IsJoints(c.Type)) is { Column: not null } wrong
            ? $"{wrong.Column} is {wrong.Type}; expected lists of numbers; {Similar(columns, option, isCommand)}"
            : null;
    }

    private static List<(EntityColumn Column, ArrowType Type)> DataColumns(Schema schema) =>
        Of(schema).ConvertAll(c => (c.Column, c.Field.DataType));

    private static string Similar(List<(EntityColumn Column, ArrowType Type)> columns, string option, bool isCommand)
    {
        var joints = columns.Where(c => !c.Column.Entity.IsProperty && JointCells.IsJoints(c.Type)).ToList();
        var alike = joints.Where(c => Rank(c.Column, isCommand) > 0).OrderByDescending(c => Rank(c.Column, isCommand))
            .ThenBy(c => c.Column.ToString(), StringComparer.Ordinal).ToList();
        return joints.Count == 0 ? "found no lists of numbers at all"
            : alike.Count > 0 ? $"found {List(alike, option)}"
            : $"found nothing of that kind; lists of numbers are {List([.. joints.OrderBy(c => c.Column.ToString(), StringComparer.Ordinal)], option)}";
    }

    private static string List(List<(EntityColumn Column, ArrowType Type)> columns, string option)
    {
        var shown = string.Join(", ", columns.Take(MaxSuggestions).Select(c => c.Column.ToString()));
        var more = columns.Count > MaxSuggestions ? $" and {columns.Count - MaxSuggestions} more" : "";
        var best = columns.FirstOrDefault(c => JointCells.IsJoints(c.Type)).Column;
        return best is null ? shown + more : $"{shown}{more}; try `{option}{best}`";
    }

    /// <summary>The earlier the matching word, the more it tells.</summary>
    private static int Rank(EntityColumn column, bool isCommand)
    {
        var words = isCommand ? CommandWords : ObservationWords;
        var text = column.ToString();
        for (var i = 0; i < words.Length; i++)
        {
            if (text.Contains(words[i], StringComparison.OrdinalIgnoreCase))
            {
                return words.Length - i;
            }
        }

        return 0;
    }
}
