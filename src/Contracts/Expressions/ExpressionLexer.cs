using System.Globalization;
using System.Text;

namespace Strata.Contracts;

internal enum TokenKind
{
    Number,
    Text,
    Name,
    QuotedName,
    Symbol,
    End,
}

/// <param name="Text">Of a text or a quoted name what stands between the quotes.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int At)
{
    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    /// <summary>Words of the language are written in any case.</summary>
    public bool IsWord(string word) => Kind == TokenKind.Name && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end",
        TokenKind.Text => "a text",
        TokenKind.QuotedName => $"`{Text}`",
        _ => $"'{Text}'",
    };
}

/// <summary>Cuts an expression into its words. Source: docs/expressions.md.</summary>
internal static class ExpressionLexer
{
    private const char NameQuote = '`';

    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "&&", "||", "=", "<", ">", "!", "+", "-", "*", "/", "(", ")", "[", "]", ","];

    /// <exception cref="ExpressionException">It has a character that no word begins with, a quote without its end, or is too long.</exception>
    public static List<Token> Read(string source)
    {
        if (Encoding.UTF8.GetByteCount(source) is var bytes && bytes > ExpressionLimits.MaxBytes)
        {
            throw new ExpressionException(source, 0, $"at most {ExpressionLimits.MaxBytes} bytes", $"{bytes}");
        }

        var tokens = new List<Token>();
        for (var at = 0; at < source.Length;)
        {
            if (char.IsWhiteSpace(source[at]))
            {
                at++;
                continue;
            }

            var (token, end) = Next(source, at);
            tokens.Add(token);
            at = end;
        }

        tokens.Add(new(TokenKind.End, "", source.Length));
        return tokens;
    }

    /// <summary>Whether a text is a name that needs no quotes, as far as its characters say.</summary>
    public static bool IsName(string text) => text.Length > 0 && IsNameStart(text[0]) && text.All(IsNamePart);

    private static (Token Token, int End) Next(string source, int at)
    {
        var first = source[at];
        if (first is '\'' or '"' or NameQuote)
        {
            return Quoted(source, at, first);
        }

        if (char.IsAsciiDigit(first))
        {
            return Number(source, at);
        }

        if (IsNameStart(first))
        {
            var end = at;
            while (end < source.Length && IsNamePart(source[end]))
            {
                end++;
            }

            return (new(TokenKind.Name, source[at..end], at), end);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, at, symbol, 0, symbol.Length) == 0)
            {
                return (new(TokenKind.Symbol, symbol, at), at + symbol.Length);
            }
        }

        throw new ExpressionException(source, at, "a name, a value or an operator", $"'{Rune.GetRuneAt(Whole(source, at), 0)}'");
    }

    /// <summary>A quote that is written twice stands for itself; every other character stands for itself anyway.</summary>
    private static (Token Token, int End) Quoted(string source, int at, char quote)
    {
        var text = new StringBuilder();
        for (var i = at + 1; i < source.Length; i++)
        {
            if (source[i] != quote)
            {
                text.Append(source[i]);
            }
            else if (i + 1 < source.Length && source[i + 1] == quote)
            {
                text.Append(source[++i]);
            }
            else
            {
                return (new(quote == NameQuote ? TokenKind.QuotedName : TokenKind.Text, text.ToString(), at), i + 1);
            }
        }

        throw new ExpressionException(source, source.Length, $"a {quote} that ends what begins at character {at + 1}", "the end");
    }

    private static (Token Token, int End) Number(string source, int at)
    {
        var end = Digits(source, at);
        if (end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
        {
            end = Digits(source, end + 1);
        }

        if (end < source.Length && source[end] is 'e' or 'E')
        {
            var exponent = end + 1 < source.Length && source[end + 1] is '+' or '-' ? end + 2 : end + 1;
            end = Digits(source, exponent) is var last && last > exponent ? last : end;
        }

        var text = source[at..end];
        if (end < source.Length && IsNamePart(source[end]))
        {
            throw new ExpressionException(source, end, $"an operator behind the number {text}", $"'{source[end]}'; a text stands in quotes");
        }

        return double.IsFinite(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture))
            ? (new(TokenKind.Number, text, at), end)
            : throw new ExpressionException(source, at, "a number that a double can hold", text) { IsBeyondLimit = true };
    }

    private static int Digits(string source, int at)
    {
        while (at < source.Length && char.IsAsciiDigit(source[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or ':';

    /// <summary>From a place on, with half a surrogate pair as the sign that stands for what is none.</summary>
    private static string Whole(string source, int at) => string.Concat(source.AsSpan(at, Math.Min(2, source.Length - at)).ToString().EnumerateRunes());
}
