namespace Strata.DerivationWorkers;

/// <summary>What an outside deriver may take. Each can be set in its definition.</summary>
/// <param name="Time">From its start until its answer.</param>
/// <param name="MemoryBytes">Resident, of all its processes together.</param>
/// <param name="AnswerBytes">Of the answer's file; decoded it may be as many times larger as <see cref="MaxExpansion"/> says.</param>
public sealed record OutsideLimits(TimeSpan Time, long MemoryBytes, long AnswerBytes)
{
    /// <summary>Ten minutes are enough to look at every image of a long recording, and a segment that hangs is told of the same hour.</summary>
    public static OutsideLimits Default { get; } = new(TimeSpan.FromMinutes(10), 2L << 30, 256L << 20);

    /// <summary>Recordings of numbers shrink four or five times; what shrinks more was made to fill memory.</summary>
    public const int MaxExpansion = 16;

    /// <summary>A derivation that takes longer holds up all others of its kind for the day.</summary>
    private const double MostSeconds = 24 * 60 * 60;

    /// <summary>An answer is held in memory while it is checked and written.</summary>
    private const long MostAnswerBytes = 1L << 30;

    internal static OutsideLimits Read(ParameterReader reader)
    {
        if (reader.Member("limits") is not { } element)
        {
            return Default;
        }

        var limits = ParameterReader.Of(element, "limits");
        var read = new OutsideLimits(
            Within(limits, "timeSeconds", 0.001, MostSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : Default.Time,
            (long?)Within(limits, "memoryBytes", 1 << 20, long.MaxValue / 2) ?? Default.MemoryBytes,
            (long?)Within(limits, "answerBytes", 1, MostAnswerBytes) ?? Default.AnswerBytes);
        limits.RefuseUnknown();
        return read;
    }

    private static double? Within(ParameterReader limits, string name, double least, double most) => limits.Number(name) is not { } number ? null
        : number >= least && number <= most ? number
        : throw new ParameterException(FormattableString.Invariant($"limits.{name}: expected {least} to {most}, found {number}"));
}
