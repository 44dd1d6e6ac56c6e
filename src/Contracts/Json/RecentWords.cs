using System.Text.Json;

namespace Strata.Contracts;

/// <summary>Strings that were read a moment ago, by their bytes: a log repeats the names of a few layers, rules and timelines a million times.</summary>
internal static class RecentWords
{
    /// <summary>A fleet has some tens of names; a power of two.</summary>
    private const int Places = 256;

    /// <summary>Longer ones are hardly names.</summary>
    private const int MaxBytes = 128;

    /// <summary>Overwritten by whoever comes; a place is one reference, so threads need no lock.</summary>
    private static readonly RecentWord?[] Recent = new RecentWord?[Places];

    /// <param name="reader">Stands on a string.</param>
    public static string Get(ref Utf8JsonReader reader)
    {
        var written = reader.ValueSpan;
        if (written.Length is 0 or > MaxBytes)
        {
            return reader.GetString()!;
        }

        ref var recent = ref Recent[((written.Length * 31) + (written[0] * 7) + (written[written.Length / 2] * 3) + written[^1]) % Places];
        if (recent is { } known && written.SequenceEqual(known.Written))
        {
            return known.Text;
        }

        var text = reader.GetString()!;
        recent = new(written.ToArray(), text);
        return text;
    }

    private sealed record RecentWord(byte[] Written, string Text);
}
