using System.Globalization;

namespace Strata.Cli;

/// <summary>Two clocks side by side. What is recorded bears the log's time, so this machine's own being wrong misleads people; tokens and signatures are refused by it.</summary>
internal static class ClockLine
{
    /// <summary>Whoever compares logs of two machines loses their order.</summary>
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(2);

    /// <summary>Receivers of webhooks and checkers of tokens refuse what is minutes off.</summary>
    private static readonly TimeSpan Harmful = TimeSpan.FromMinutes(2);

    /// <param name="before">By this machine's clock, before the other one was asked.</param>
    /// <param name="after">And after.</param>
    public static DoctorLine Of(string whose, DateTimeOffset other, DateTimeOffset before, DateTimeOffset after)
    {
        var offset = other < before ? before - other : other > after ? other - after : TimeSpan.Zero;
        var words = offset < Noticeable
            ? $"{whose} and this machine's agree"
            : string.Create(CultureInfo.InvariantCulture, $"{whose} is {offset.TotalSeconds:N0} s {(other < before ? "behind" : "ahead of")} this machine's");
        const string Next = "let both machines ask a time server (chrony, systemd-timesyncd)";
        return offset >= Harmful ? DoctorLine.Problem("clock", words, Next) : offset >= Noticeable ? DoctorLine.Warning("clock", words, Next) : DoctorLine.Ok("clock", words);
    }
}
