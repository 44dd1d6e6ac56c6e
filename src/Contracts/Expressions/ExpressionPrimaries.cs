using System.Globalization;

namespace Strata.Contracts;

/// <summary>What an expression is made of: columns, values, lists, calls and what stands in parentheses.</summary>
internal sealed partial class ExpressionParser
{
    private ExpressionNode ReadPrimary()
    {
        var token = Token;
        if (TryReadValue() is { } value)
        {
            return value;
        }

        if (token.Kind == TokenKind.QuotedName)
        {
            _next++;
            return Made(new ExpressionNode.Name(token.Text, IsQuoted: true, new(token.At)));
        }

        if (token.Kind == TokenKind.Name && !ExpressionWords.IsReserved(token.Text))
        {
            _next++;
            return Token.IsSymbol("(") ? ReadCall(token) : Made(new ExpressionNode.Name(token.Text, IsQuoted: false, new(token.At)));
        }

        if (token.IsSymbol("["))
        {
            return ReadList("]");
        }

        if (!Takes(null, "("))
        {
            throw Wrong("a column, a value, not or (");
        }

        var inner = Nested(ReadAny);
        return Takes(null, ")") ? inner : throw Wrong($") for the ( at character {token.At + 1}");
    }

    private ExpressionNode ReadCall(Token name)
    {
        var function = ExpressionWords.Function(name.Text) ?? throw new ExpressionException(_source, name.At, $"one of the functions {ExpressionWords.Functions}", $"'{name.Text}'");
        _next++;
        var arguments = new List<ExpressionNode>();
        do
        {
            arguments.Add(Nested(ReadAny));
        }
        while (Takes(null, ","));
        return Takes(null, ")") ? Made(new ExpressionNode.Call(function, arguments.ToEquatableArray(), new(name.At))) : throw Wrong(", or )");
    }

    /// <summary>SQL writes lists in parentheses, and so may who is used to it.</summary>
    private ExpressionNode ReadIn() => Token.IsSymbol("(") && _tokens[_next + 1].Kind is TokenKind.Text or TokenKind.Number ? ReadList(")") : ReadSum();

    private ExpressionNode ReadList(string close)
    {
        var at = Token.At;
        _next++;
        var items = new List<ExpressionNode>();
        while (!Takes(null, close))
        {
            if (items.Count > 0 && !Takes(null, ","))
            {
                throw Wrong($", or {close}");
            }

            if (items.Count == ExpressionLimits.MaxListItems)
            {
                throw Wrong($"at most {ExpressionLimits.MaxListItems} items");
            }

            items.Add(ReadItem());
        }

        return Made(new ExpressionNode.ListOf(items.ToEquatableArray(), new(at)));
    }

    private ExpressionNode ReadItem()
    {
        var token = Token;
        if (Takes(null, "-"))
        {
            return Token.Kind == TokenKind.Number ? Number("-", token.At) : throw Wrong("a number");
        }

        return TryReadValue() is { } value and not ExpressionNode.Null ? value : throw new ExpressionException(_source, token.At, "a number, a text, true or false", $"{token}");
    }

    private ExpressionNode? TryReadValue()
    {
        var token = Token;
        if (token.Kind == TokenKind.Number)
        {
            return Number("", token.At);
        }

        ExpressionNode? value = token.Kind == TokenKind.Text ? new ExpressionNode.Text(token.Text, new(token.At))
            : token.IsWord("null") ? new ExpressionNode.Null(new(token.At))
            : token.IsWord("true") ? new ExpressionNode.Truth(true, new(token.At))
            : token.IsWord("false") ? new ExpressionNode.Truth(false, new(token.At))
            : null;
        if (value is null)
        {
            return null;
        }

        _next++;
        return Made(value);
    }

    private ExpressionNode Number(string sign, int at)
    {
        var written = sign + Token.Text;
        _next++;
        return Made(new ExpressionNode.Number(double.Parse(written, NumberStyles.Float, CultureInfo.InvariantCulture), written, new(at)));
    }
}
