using System.Text;

namespace Strata.Registrar;

/// <summary>A message as text, for people and to be tried again.</summary>
internal static class MessageText
{
    /// <summary>Every message that names of usual lengths makes is kept whole; of a hostile one this much is enough to find its program.</summary>
    private const int MaxBytes = 8 * 1024;

    /// <summary>What no database and no terminal takes is replaced; line ends of JSON that was written for people stay.</summary>
    public static string Of(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.Length <= MaxBytes ? body : body[..MaxBytes]);
        var shown = text.Any(c => char.IsControl(c) && !IsLayout(c))
            ? string.Concat(text.Select(c => char.IsControl(c) && !IsLayout(c) ? '\uFFFD' : c))
            : text;
        return body.Length <= MaxBytes ? shown : shown + "…";
    }

    private static bool IsLayout(char c) => c is '\n' or '\r' or '\t';
}
