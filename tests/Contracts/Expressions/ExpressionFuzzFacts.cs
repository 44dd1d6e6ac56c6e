using FsCheck;
using FsCheck.Fluent;

namespace Strata.Contracts.Tests.Expressions;

public sealed class ExpressionFuzzFacts
{
    private static readonly SourcePosition Nowhere = new(0);

    private static readonly ExpressionColumns Columns = new(
    [
        new("a", ExpressionType.Number),
        new("b:c", ExpressionType.Text, IsList: true),
        new("d", ExpressionType.Truth),
        new("property:e:f", ExpressionType.Time),
        new("g", ExpressionType.Other),
        new("h", ExpressionType.Unknown),
    ]);

    private static readonly ExpressionValue[] Values =
    [
        ExpressionValue.Null,
        ExpressionValue.Of(1.5),
        ExpressionValue.Of(long.MaxValue),
        ExpressionValue.Of("x"),
        ExpressionValue.True,
        new ExpressionValue.Items([]),
        new ExpressionValue.Items([ExpressionValue.Of("x"), ExpressionValue.Null, ExpressionValue.Of(2L)]),
    ];

    [Fact]
    public void A_tree_that_is_printed_and_read_again_is_the_same() =>
        Prop.ForAll(Trees(5).Where(IsWithinLimits).ToArbitrary(), tree => Expression.Parse(Expression.Print(tree)).Tree == tree)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_is_read_is_printed_so_that_it_reads_the_same() =>
        Prop.ForAll(Sources().ToArbitrary(), source => !TryRead(source, out var tree) || !IsWithinLimits(tree!) || Expression.Parse(Expression.Print(tree!)).Tree == tree)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void No_text_fails_otherwise_than_by_its_own_refusal() =>
        Prop.ForAll(Sources().ToArbitrary(), source => TryRead(source, out _) || true).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_bound_fails_in_no_row_whatever_stands_in_it() =>
        Prop.ForAll(Trees(4).Where(IsWithinLimits).ToArbitrary(), Gen.ArrayOf(Gen.Elements(Values), Columns.All.Count).ToArbitrary(), (tree, row) =>
        {
            try
            {
                RowCondition.Parse(Expression.Print(tree)).Bind(Columns).Holds(column => row[column]);
            }
            catch (ExpressionException)
            {
                // Most trees do not fit the columns, and say so.
            }
        }).QuickCheckThrowOnFailure();

    /// <summary>Printed with all its parentheses a tree can be longer than what is read.</summary>
    private static bool IsWithinLimits(ExpressionNode tree) => System.Text.Encoding.UTF8.GetByteCount(Expression.Print(tree)) <= ExpressionLimits.MaxBytes;

    private static bool TryRead(string source, out ExpressionNode? tree)
    {
        tree = null;
        try
        {
            RowCondition.Parse(source);
            tree = Expression.Parse(source).Tree;
            return true;
        }
        catch (ExpressionException refused)
        {
            refused.Position.ShouldBeInRange(1, source.Length + 1);
            return false;
        }
    }

    private static Gen<string> Sources()
    {
        string[] words = ["a", "b:c", "`x`", "'t'", "\"", "1", "2.5e1", "0x", "(", ")", "[", "]", ",", "=", "==", "!", "!=", "<", ">=", "&&", "||", "&", "and", "or", "not", "in", "is", "null", "true", "contains", "startsWith", "+", "-", "*", "/", "min", "len", " ", "\n", "ß", "\ud83e", "😀", "\0"];
        var words1 = Gen.Elements(words).ListOf().Select(parts => string.Join(" ", parts));
        var words2 = Gen.Elements(words).ListOf().Select(parts => string.Concat(parts));
        return Gen.OneOf(words1, words2, ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));
    }

    private static Gen<ExpressionNode> Trees(int depth)
    {
        var leaf = Gen.OneOf(Name(), Name(), Value(), Gen.Constant<ExpressionNode>(new ExpressionNode.Null(Nowhere)));
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Trees(depth - 1);
        var pairs = inner.Zip(inner);
        return Gen.OneOf(
            leaf,
            inner.Select(n => (ExpressionNode)new ExpressionNode.Not(n, Nowhere)),
            inner.Select(n => (ExpressionNode)new ExpressionNode.IsNull(n, Nowhere)),
            inner.Select(n => (ExpressionNode)new ExpressionNode.Negation(n, Nowhere)),
            Several(inner, 2).Select(n => (ExpressionNode)new ExpressionNode.All(n, Nowhere)),
            Several(inner, 2).Select(n => (ExpressionNode)new ExpressionNode.Any(n, Nowhere)),
            Several(Value(), 0).Zip(inner).Select(n => (ExpressionNode)new ExpressionNode.In(n.Item2, new ExpressionNode.ListOf(n.Item1, Nowhere), Nowhere)),
            pairs.Zip(Gen.Elements(Enum.GetValues<ComparisonOperator>())).Select(n => (ExpressionNode)new ExpressionNode.Comparison(n.Item2, n.Item1.Item1, n.Item1.Item2, Nowhere)),
            pairs.Zip(Gen.Elements(Enum.GetValues<ArithmeticOperator>())).Select(n => (ExpressionNode)new ExpressionNode.Arithmetic(n.Item2, n.Item1.Item1, n.Item1.Item2, Nowhere)),
            pairs.Zip(Gen.Elements(Enum.GetValues<TextOperator>())).Select(n => (ExpressionNode)new ExpressionNode.Search(n.Item2, n.Item1.Item1, n.Item1.Item2, Nowhere)),
            Several(inner, 1).Zip(Gen.Elements(Enum.GetValues<ExpressionFunction>())).Select(n => (ExpressionNode)new ExpressionNode.Call(n.Item2, n.Item1, Nowhere)));
    }

    private static Gen<EquatableArray<ExpressionNode>> Several(Gen<ExpressionNode> node, int least) =>
        Gen.Choose(least, 3).SelectMany(count => Gen.ArrayOf(node, count)).Select(nodes => nodes.ToEquatableArray());

    private static Gen<ExpressionNode> Name() => Gen.OneOf(
        Gen.Elements("a", "b:c", "d", "e_f", "g", "h", "arm").Select(n => (ExpressionNode)new ExpressionNode.Name(n, IsQuoted: false, Nowhere)),
        Gen.Elements("a", "and", "x y", "`", "it's").Select(n => (ExpressionNode)new ExpressionNode.Name(n, IsQuoted: true, Nowhere)));

    private static Gen<ExpressionNode> Value() => Gen.OneOf(
        Gen.Elements("0", "1", "007", "2.50", "1e-3", "9223372036854775807", "12345678901234567890").Select(n => (ExpressionNode)new ExpressionNode.Number(double.Parse(n, System.Globalization.CultureInfo.InvariantCulture), n, Nowhere)),
        Gen.Elements("", "x", "it's", "\"", "2026-11-22", "\n\0`").Select(t => (ExpressionNode)new ExpressionNode.Text(t, Nowhere)),
        Gen.Elements(true, false).Select(t => (ExpressionNode)new ExpressionNode.Truth(t, Nowhere)));
}
