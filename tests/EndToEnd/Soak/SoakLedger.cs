using System.Diagnostics;
using Strata.Contracts;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>What robots recorded, and what became of each message, as seen from outside.</summary>
internal sealed class SoakLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<string>> _answers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unanswered = new(StringComparer.Ordinal);
    private readonly List<SoakRecording> _recordings = [];
    private readonly Dictionary<string, SoakRecording> _bySegment = new(StringComparer.Ordinal);

    public IReadOnlyList<SoakRecording> Recordings
    {
        get
        {
            lock (_lock)
            {
                return [.. _recordings];
            }
        }
    }

    /// <summary>Copies of messages that robots sent on top.</summary>
    public int Copies { get; private set; }

    /// <summary>Messages to which there was more than one answer, with all of them.</summary>
    public IReadOnlyList<string> Contradictions
    {
        get
        {
            lock (_lock)
            {
                return [.. _answers.Where(a => a.Value.Count > 1).Select(a => $"{a.Key}: {string.Join("; ", a.Value)}")];
            }
        }
    }

    /// <summary>Messages that have no answer yet, with those that their robots have not sent yet.</summary>
    public IReadOnlyList<string> Unanswered
    {
        get
        {
            lock (_lock)
            {
                return [.. _unanswered];
            }
        }
    }

    public void Spooled(SoakRecording recording)
    {
        lock (_lock)
        {
            _recordings.Add(recording);
            _bySegment[recording.Name] = recording;
        }

        Expect(recording.MessageId);
    }

    /// <summary>A message is on its way that its robot's spool may know nothing of.</summary>
    public void Copied(string messageId)
    {
        lock (_lock)
        {
            Copies++;
        }

        Expect(messageId);
    }

    public void Answered(RecordingAnswered answer)
    {
        lock (_lock)
        {
            if (!_answers.TryGetValue(answer.MessageId, out var answers))
            {
                _answers[answer.MessageId] = answers = new(StringComparer.Ordinal);
            }

            answers.Add($"{answer.Outcome} {answer.SegmentId} {answer.Position} {answer.QuarantineId}");
            _unanswered.Remove(answer.MessageId);
        }
    }

    /// <summary>The verdict on this segment can be seen in the catalog.</summary>
    public void Seen(string segment)
    {
        lock (_lock)
        {
            if (_bySegment.TryGetValue(segment, out var recording))
            {
                recording.SeenAt ??= Stopwatch.GetTimestamp();
            }
        }
    }

    private void Expect(string messageId)
    {
        lock (_lock)
        {
            if (!_answers.ContainsKey(messageId))
            {
                _unanswered.Add(messageId);
            }
        }
    }
}

/// <summary>One file that a robot spooled.</summary>
/// <param name="Name">Of a good one its segment.</param>
/// <param name="Reason">Under which it has to lie in quarantine; null: it is good.</param>
/// <param name="SpooledAt">A timestamp of <see cref="Stopwatch"/>.</param>
internal sealed record SoakRecording(string Name, string MessageId, Sha256Digest Sha256, string? Reason, long SpooledAt)
{
    /// <summary>When its verdict could be seen, as <see cref="SpooledAt"/>.</summary>
    public long? SeenAt { get; set; }
}
