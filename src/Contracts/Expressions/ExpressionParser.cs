namespace Strata.Contracts;

/// <summary>Reads an expression into a tree, one method a level of the grammar. Source: docs/expressions.md.</summary>
internal sealed partial class ExpressionParser
{
    /// <summary>A level of the tree can cost a parenthesis and an operator.</summary>
    private const int MaxNesting = 2 * ExpressionLimits.MaxDepth;

    private readonly string _source;
    private readonly List<Token> _tokens;
    private int _next;
    private int _nesting;
    private int _nodes;

    private ExpressionParser(string source)
    {
        _source = source;
        _tokens = ExpressionLexer.Read(source);
    }

    private Token Token => _tokens[_next];

    /// <exception cref="ExpressionException">It is no expression, or more than <see cref="ExpressionLimits"/> allow.</exception>
    public static ExpressionNode Parse(string source)
    {
        var parser = new ExpressionParser(source);
        var tree = parser.ReadAny();
        return parser.Token.Kind == TokenKind.End ? tree : throw parser.Wrong("and, or, an operator or the end");
    }

    private ExpressionNode ReadAny() => ReadChain("or", "||", ReadAll, (terms, at) => new ExpressionNode.Any(terms, at));

    private ExpressionNode ReadAll() => ReadChain("and", "&&", ReadNot, (terms, at) => new ExpressionNode.All(terms, at));

    private ExpressionNode ReadChain(string word, string symbol, Func<ExpressionNode> read, Func<EquatableArray<ExpressionNode>, SourcePosition, ExpressionNode> join)
    {
        var first = read();
        if (!Token.IsWord(word) && !Token.IsSymbol(symbol))
        {
            return first;
        }

        var (at, terms) = (Token.At, new List<ExpressionNode> { first });
        while (Takes(word, symbol))
        {
            terms.Add(read());
        }

        return Made(join(terms.ToEquatableArray(), new(at)));
    }

    private ExpressionNode ReadNot()
    {
        var at = Token.At;
        return Takes("not", "!") ? Made(new ExpressionNode.Not(Nested(ReadNot), new(at))) : ReadComparison();
    }

    private ExpressionNode ReadComparison()
    {
        var left = ReadSum();
        var at = new SourcePosition(Token.At);
        if (Comparison() is { } comparison)
        {
            _next++;
            return Made(new ExpressionNode.Comparison(comparison, left, ReadSum(), at));
        }

        if (Takes("is", null))
        {
            var isNot = Takes("not", null);
            return Takes("null", null) ? Negated(isNot, new ExpressionNode.IsNull(left, at), at) : throw Wrong(isNot ? "null" : "null or not null");
        }

        var negated = Takes("not", null);
        return Takes("in", null) ? Negated(negated, new ExpressionNode.In(left, ReadIn(), at), at)
            : Takes("contains", null) ? Negated(negated, new ExpressionNode.Search(TextOperator.Contains, left, ReadSum(), at), at)
            : Takes("startsWith", null) ? Negated(negated, new ExpressionNode.Search(TextOperator.StartsWith, left, ReadSum(), at), at)
            : negated ? throw Wrong("in, contains or startsWith")
            : left;
    }

    private ComparisonOperator? Comparison() => Token.Kind != TokenKind.Symbol ? null : Token.Text switch
    {
        "=" or "==" => ComparisonOperator.Equal,
        "!=" => ComparisonOperator.NotEqual,
        "<" => ComparisonOperator.Less,
        "<=" => ComparisonOperator.LessOrEqual,
        ">" => ComparisonOperator.Greater,
        ">=" => ComparisonOperator.GreaterOrEqual,
        _ => null,
    };

    private ExpressionNode Negated(bool isNot, ExpressionNode node, SourcePosition at)
    {
        node = Made(node);
        return isNot ? Made(new ExpressionNode.Not(node, at)) : node;
    }

    private ExpressionNode ReadSum()
    {
        var left = ReadProduct();
        while (Token is { Kind: TokenKind.Symbol, Text: "+" or "-" } sign)
        {
            _next++;
            left = Made(new ExpressionNode.Arithmetic(sign.Text == "+" ? ArithmeticOperator.Add : ArithmeticOperator.Subtract, left, ReadProduct(), new(sign.At)));
        }

        return left;
    }

    private ExpressionNode ReadProduct()
    {
        var left = ReadSigned();
        while (Token is { Kind: TokenKind.Symbol, Text: "*" or "/" } sign)
        {
            _next++;
            left = Made(new ExpressionNode.Arithmetic(sign.Text == "*" ? ArithmeticOperator.Multiply : ArithmeticOperator.Divide, left, ReadSigned(), new(sign.At)));
        }

        return left;
    }

    private ExpressionNode ReadSigned()
    {
        var at = Token.At;
        return Takes(null, "-") ? Made(new ExpressionNode.Negation(Nested(ReadSigned), new(at))) : ReadPrimary();
    }

    private bool Takes(string? word, string? symbol)
    {
        if ((word is null || !Token.IsWord(word)) && (symbol is null || !Token.IsSymbol(symbol)))
        {
            return false;
        }

        _next++;
        return true;
    }

    private ExpressionNode Nested(Func<ExpressionNode> read)
    {
        if (++_nesting > MaxNesting)
        {
            throw TooDeep(Token.At);
        }

        var node = read();
        _nesting--;
        return node;
    }

    private ExpressionNode Made(ExpressionNode node) =>
        node.Depth > ExpressionLimits.MaxDepth ? throw TooDeep(node.At.Index)
        : ++_nodes > ExpressionLimits.MaxNodes ? throw new ExpressionException(_source, node.At.Index, $"at most {ExpressionLimits.MaxNodes} parts", "one more") { IsBeyondLimit = true }
        : node;

    private ExpressionException TooDeep(int at) => new(_source, at, $"at most {ExpressionLimits.MaxDepth} levels", "one more") { IsBeyondLimit = true };

    private ExpressionException Wrong(string expected) => new(_source, Token.At, expected, $"{Token}");
}
