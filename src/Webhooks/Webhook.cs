namespace Strata.Webhooks;

/// <summary>Where somebody wants to hear of what, as the settings say it.</summary>
/// <param name="Name">Of its state: who changes it gets a hook that begins anew.</param>
/// <param name="Url">http or https. That it may lie on this machine or in a private network is the operator's choice: nobody else can set it.</param>
/// <param name="Secret">Key of the signatures.</param>
public sealed record Webhook(string Name, Uri Url, ReadOnlyMemory<byte> Secret, IReadOnlySet<string> Topics)
{
    /// <summary>A message that could not be delivered for as long as this is given up, and said so: the next ones must not wait for ever.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>What can be heard of.</summary>
public static class WebhookTopics
{
    /// <summary>A recording was put into quarantine.</summary>
    public const string Quarantine = "quarantine";

    /// <summary>A segment's quality is found to be bad.</summary>
    public const string BadQuality = "bad_quality";

    /// <summary>Nothing was heard of a robot for longer than it may be silent.</summary>
    public const string RobotSilent = "robot_silent";

    public static IReadOnlyList<string> All { get; } = [Quarantine, BadQuality, RobotSilent];
}
