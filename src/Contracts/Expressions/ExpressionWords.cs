namespace Strata.Contracts;

/// <summary>The words of the language, in any case; a column that is called like one stands in back quotes.</summary>
internal static class ExpressionWords
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "and", "or", "not", "in", "is", "null", "true", "false", "contains", "startsWith" };

    private static readonly Dictionary<string, ExpressionFunction> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["min"] = ExpressionFunction.Min,
        ["max"] = ExpressionFunction.Max,
        ["abs"] = ExpressionFunction.Abs,
        ["len"] = ExpressionFunction.Len,
    };

    public static string Functions => string.Join(", ", ByName.Keys);

    public static bool IsReserved(string word) => Reserved.Contains(word);

    public static ExpressionFunction? Function(string name) => ByName.TryGetValue(name, out var function) ? function : null;

    public static string Of(ExpressionFunction function) => ByName.First(f => f.Value == function).Key;

    public static string Of(TextOperator search) => search == TextOperator.Contains ? "contains" : "startsWith";

    public static string Of(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Equal => "=",
        ComparisonOperator.NotEqual => "!=",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        ComparisonOperator.Greater => ">",
        _ => ">=",
    };

    public static string Of(ArithmeticOperator arithmetic) => arithmetic switch
    {
        ArithmeticOperator.Add => "+",
        ArithmeticOperator.Subtract => "-",
        ArithmeticOperator.Multiply => "*",
        _ => "/",
    };
}
