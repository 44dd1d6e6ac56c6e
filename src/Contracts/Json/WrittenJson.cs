using System.Buffers;
using System.Text.Json;

namespace Strata.Contracts;

/// <summary>
/// Walks through JSON whose members are known by name and order. At the first thing that is not so it stands still: everything after reads as empty, and
/// <see cref="End"/> answers false.
/// </summary>
internal ref struct WrittenJson(ReadOnlySpan<byte> utf8Json)
{
    private const int DatasetIdDigits = 32;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private readonly ReadOnlySpan<byte> _json = utf8Json;
    private Utf8JsonReader _reader = new(utf8Json);
    private bool _fits = true;

    public void StartObject()
    {
        Advance();
        Take(JsonTokenType.StartObject);
    }

    public void StartObject(ReadOnlySpan<byte> name)
    {
        Name(name);
        Take(JsonTokenType.StartObject);
    }

    public void EndObject() => Take(JsonTokenType.EndObject);

    public void StartArray(ReadOnlySpan<byte> name)
    {
        Name(name);
        Take(JsonTokenType.StartArray);
    }

    /// <returns>True when it stands inside a further object of the list; false after the list's end.</returns>
    public bool StartItem()
    {
        if (_fits && _reader.TokenType == JsonTokenType.StartObject)
        {
            Advance();
            return true;
        }

        Take(JsonTokenType.EndArray);
        return false;
    }

    /// <returns>True when the object ended here, nothing follows it, and all that was asked for was there.</returns>
    public bool End() => _fits && _reader.TokenType == JsonTokenType.EndObject && !_reader.Read();

    public readonly bool IsAt(ReadOnlySpan<byte> name) => _fits && _reader.TokenType == JsonTokenType.PropertyName && _reader.ValueSpan.SequenceEqual(name);

    /// <summary>Text that differs from event to event.</summary>
    public string Text(ReadOnlySpan<byte> name)
    {
        var text = IsValue(name, JsonTokenType.String) ? _reader.GetString()! : "";
        Advance();
        return text;
    }

    /// <summary>Text of which a log has few different ones.</summary>
    public string Word(ReadOnlySpan<byte> name)
    {
        var word = IsValue(name, JsonTokenType.String) ? RecentWords.Get(ref _reader) : "";
        Advance();
        return word;
    }

    public string? OptionalWord(ReadOnlySpan<byte> name) => IsAt(name) ? Word(name) : null;

    public DatasetId Dataset(ReadOnlySpan<byte> name)
    {
        var id = IsHex(name, DatasetIdDigits) ? new DatasetId(RecentWords.Get(ref _reader)) : default;
        Advance();
        return id;
    }

    public Sha256Digest Digest(ReadOnlySpan<byte> name)
    {
        var digest = IsHex(name, Sha256Digest.HexDigits) ? Sha256Digest.FromHex(_reader.ValueSpan) : default;
        Advance();
        return digest;
    }

    public Sha256Digest? OptionalDigest(ReadOnlySpan<byte> name) => IsAt(name) ? Digest(name) : null;

    public long Int64(ReadOnlySpan<byte> name)
    {
        long number = 0;
        _fits = IsValue(name, JsonTokenType.Number) && _reader.TryGetInt64(out number);
        Advance();
        return number;
    }

    public long? OptionalInt64(ReadOnlySpan<byte> name) => IsAt(name) ? Int64(name) : null;

    public int Int32(ReadOnlySpan<byte> name)
    {
        var number = 0;
        _fits = IsValue(name, JsonTokenType.Number) && _reader.TryGetInt32(out number);
        Advance();
        return number;
    }

    /// <param name="third">Empty when there are two.</param>
    /// <returns>0 for the first, 1 for the second, 2 for the third.</returns>
    public int OneOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third = default)
    {
        var value = 0;
        if (IsValue(name, JsonTokenType.String))
        {
            var text = _reader.ValueSpan;
            value = text.SequenceEqual(first) ? 0 : text.SequenceEqual(second) ? 1 : 2;
            _fits = value < 2 || (!third.IsEmpty && text.SequenceEqual(third));
        }

        Advance();
        return value;
    }

    /// <summary>Only what was read a moment ago is known to be canonical.</summary>
    public CanonicalJson Canonical(ReadOnlySpan<byte> name)
    {
        Name(name);
        if (!_fits)
        {
            return default;
        }

        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        _fits = CanonicalJson.TryGetRecent(_json[start..(int)_reader.BytesConsumed], out var value);
        Advance();
        return value;
    }

    private bool IsHex(ReadOnlySpan<byte> name, int digits) =>
        IsValue(name, JsonTokenType.String) && (_fits = _reader.ValueSpan.Length == digits && !_reader.ValueSpan.ContainsAnyExcept(HexDigits));

    private bool IsValue(ReadOnlySpan<byte> name, JsonTokenType type)
    {
        Name(name);
        return _fits = _fits && _reader.TokenType == type;
    }

    private void Name(ReadOnlySpan<byte> name)
    {
        _fits = IsAt(name);
        Advance();
    }

    private void Take(JsonTokenType type)
    {
        _fits = _fits && _reader.TokenType == type;
        Advance();
    }

    private void Advance() => _fits = _fits && _reader.Read();
}
