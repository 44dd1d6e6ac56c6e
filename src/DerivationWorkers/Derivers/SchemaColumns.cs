using System.Runtime.CompilerServices;
using Strata.Arrow;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Finds in a recording's schema what a rule wants, and what a person may have meant instead.</summary>
internal static class SchemaColumns
{
    /// <summary>More suggestions than these hide the right one.</summary>
    private const int MaxSuggestions = 8;

    private static readonly string[] CommandWords = [.. SideWords.Command, "joint", "pos"];
    private static readonly string[] ObservationWords = [.. SideWords.Observation, "joint", "pos"];

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
    /// <param name="taken">Columns of the other side, which are not suggested for this one too.</param>
    /// <returns>Null when all are there and can hold joints.</returns>
    public static ColumnMismatch? Mismatch(Schema schema, IReadOnlyList<EntityColumn> wanted, string option, bool isCommand, IReadOnlyList<EntityColumn> taken)
    {
        var advice = new Advice(option, isCommand, taken);
        var columns = DataColumns(schema);
        var missing = wanted.Where(w => !columns.Any(c => c.Column == w)).ToList();
        if (missing.Count > 0)
        {
            var first = missing[0];
            var others = missing.Count > 1 ? $" (and {missing.Count - 1} more)" : "";
            var sameEntity = columns.Where(c => c.Column.Entity == first.Entity).ToList();
            return sameEntity.Count > 0
                ? List($"{first.Entity} has no component {first.Component}{others}; it has ", sameEntity, advice)
                : Similar($"{first.Entity} not in the recording{others}; ", columns, advice);
        }

        return wanted.Select(w => columns.First(c => c.Column == w)).FirstOrDefault(c => !JointCells.IsJoints(c.Type)) is { Column: not null } wrong
            ? Similar($"{wrong.Column} is {wrong.Type}; expected lists of numbers; ", columns, advice)
            : null;
    }

    private static List<(EntityColumn Column, ArrowType Type)> DataColumns(Schema schema) =>
        Of(schema).ConvertAll(c => (c.Column, c.Field.DataType));

    /// <summary>Columns of lists of numbers, which can hold joints.</summary>
    public static IReadOnlyList<EntityColumn> JointsOf(Schema schema) =>
        [.. DataColumns(schema).Where(c => !c.Column.Entity.IsProperty && JointCells.IsJoints(c.Type)).Select(c => c.Column)];

    private static ColumnMismatch Similar(string lead, List<(EntityColumn Column, ArrowType Type)> columns, Advice advice)
    {
        var joints = columns.Where(c => !c.Column.Entity.IsProperty && JointCells.IsJoints(c.Type)).OrderBy(c => c.Column.ToString(), StringComparer.Ordinal).ToList();
        var alike = joints.Where(c => Rank(c.Column, advice.IsCommand) > 0).OrderByDescending(c => Rank(c.Column, advice.IsCommand)).ToList();
        return joints.Count == 0 ? new($"{lead}found no lists of numbers at all", null)
            : alike.Count > 0 ? List($"{lead}found ", alike, advice)
            : List($"{lead}found nothing of that kind; lists of numbers are ", joints, joints.Count == 1 ? advice : null);
    }

    /// <param name="advice">Null: none of them is more likely meant than another.</param>
    private static ColumnMismatch List(string lead, List<(EntityColumn Column, ArrowType Type)> columns, Advice? advice)
    {
        var shown = string.Join(", ", columns.Take(MaxSuggestions).Select(c => c.Column.ToString()));
        var more = columns.Count > MaxSuggestions ? $" and {columns.Count - MaxSuggestions} more" : "";
        var best = columns.FirstOrDefault(c => JointCells.IsJoints(c.Type) && advice?.Suggests(c.Column) == true).Column;
        return new(lead + shown + more, best is null ? null : (advice!.Option, best));
    }

    /// <param name="Taken">Columns of the other side.</param>
    private sealed record Advice(string Option, bool IsCommand, IReadOnlyList<EntityColumn> Taken)
    {
        /// <summary>
        /// What is the other side's, or is called like it, would compare a column with itself or the sides the wrong way round. Numbers of another archetype than scalars are points, boxes, axes:
        /// known, and no joints.
        /// </summary>
        public bool Suggests(EntityColumn column)
        {
            var (own, others) = IsCommand ? (SideWords.Command, SideWords.Observation) : (SideWords.Observation, SideWords.Command);
            var text = column.ToString();
            var isOtherArchetype = column.Component != EntityColumn.DefaultComponent && column.Component.Contains(':', StringComparison.Ordinal);
            return !isOtherArchetype && !Taken.Contains(column) && (!SideWords.Has(text, others) || SideWords.Has(text, own));
        }
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

/// <summary>What was not found and what was.</summary>
/// <param name="Try">The option of <c>strata rule declare</c> that may mend it.</param>
internal sealed record ColumnMismatch(string Found, (string Option, EntityColumn Column)? Try)
{
    public override string ToString() => Try is { } advice ? $"{Found}; try `{advice.Option}{advice.Column}`" : Found;
}
