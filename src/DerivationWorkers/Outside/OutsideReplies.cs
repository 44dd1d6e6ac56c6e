using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>An answer that nothing is made of. The message says what was expected and found.</summary>
internal sealed class AnswerRefusedException(string message) : Exception(message);

/// <summary>Reads what a deriver says beside its file, strictly: what is taken for a word of the protocol by mistake would be lost.</summary>
internal static partial class OutsideReplies
{
    private const string Derived = LayerFile.DerivedOutcome;
    private const string Review = LayerFile.ReviewOutcome;
    private const int ShownChars = 80;

    /// <summary>Words for a person, as they stand in an event.</summary>
    private const int MaxSkippedChars = 2_000;

    private const int MaxReasons = 32;

    public static OutsideReply Parse(byte[] output) => Parse(output, "on stdout", "; write what it logs to stderr");

    /// <param name="where">As errors say where it stands.</param>
    /// <param name="otherwise">What to do with what is no JSON.</param>
    public static OutsideReply Parse(ReadOnlySpan<byte> output, string where, string otherwise = "")
    {
        if (output.Trim(" \t\r\n"u8).IsEmpty)
        {
            return new();
        }

        try
        {
            var reply = JsonSerializer.Deserialize(output, OutsideJson.Default.OutsideReply) ?? throw new JsonException("expected an object, found null");
            Require(reply, where);
            return reply;
        }
        catch (JsonException e)
        {
            var text = Encoding.UTF8.GetString(output).ReplaceLineEnds();
            throw new AnswerRefusedException($"expected nothing or one JSON object {where}, found '{text}' ({e.Message}){otherwise}");
        }
    }

    public static void Require(OutsideReply reply, string where)
    {
        if (Refusal(reply) is { } refusal)
        {
            throw new AnswerRefusedException($"what it says {where} is refused: {refusal}");
        }
    }

    public static EquatableArray<DroppedRows> Dropped(OutsideReply reply) =>
        (reply.RowsDropped ?? new Dictionary<string, long>()).Where(d => d.Value > 0).OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => new DroppedRows(d.Key, d.Value)).ToEquatableArray();

    private static string? Refusal(OutsideReply reply) => reply switch
    {
        { Skipped: { } why } when string.IsNullOrWhiteSpace(why) || why.Length > MaxSkippedChars => $"skipped: expected 1 to {MaxSkippedChars} characters that say why, found {why.Length}",
        { Skipped: not null, Outcome: not null } => "expected either skipped or outcome, found both",
        { Outcome: not (null or Derived or Review) } => $"outcome: expected {Derived} or {Review}, found '{reply.Outcome}'",
        { RowsUsed: < 0 } => $"rowsUsed: expected 0 or more, found {reply.RowsUsed}",
        { RowsDropped: { } dropped } when dropped.Count > MaxReasons => $"rowsDropped: expected at most {MaxReasons} reasons, found {dropped.Count}",
        { RowsDropped: { } dropped } when dropped.FirstOrDefault(d => d.Value < 0 || !Reason().IsMatch(d.Key)) is { Key: { } wrong } => $"rowsDropped: expected reasons like too_few_joints with counts of 0 or more, found '{wrong}': {dropped[wrong]}",
        _ => null,
    };

    private static string ReplaceLineEnds(this string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= ShownChars ? line : $"{line[..ShownChars]}…";
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,63}$")]
    private static partial Regex Reason();
}
