using System.Text.RegularExpressions;

namespace Strata.Bus.Tests;

/// <summary>docs/publishing.md, with the user whom its commands make.</summary>
internal static partial class PublishingPage
{
    public const string RobotName = "arm-7";

    private static readonly SemaphoreSlim Once = new(1);
    private static bool _hasUser;

    public static string Text { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "publishing.md")).ReplaceLineEndings("\n");

    /// <summary>The broker's address for the user of the page.</summary>
    public static Uri RobotAt(RabbitMqBroker broker) => new UriBuilder(broker.Address!) { UserName = RobotName, Password = "secret" }.Uri;

    public static string Block(string language) => Blocks(language).ShouldHaveSingleItem();

    public static IReadOnlyList<string> Blocks(string language) =>
        [.. Fenced().Matches(Text).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["code"].Value)];

    /// <summary>Runs the page's commands, once a broker.</summary>
    public static async Task MakeUserAsync(RabbitMqBroker broker, CancellationToken cancellationToken)
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        Assert.SkipWhen(broker.ControlAbsence is not null, broker.ControlAbsence ?? "");
        await Once.WaitAsync(cancellationToken);
        try
        {
            if (!_hasUser)
            {
                foreach (var line in Block("sh").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    string[] words = [.. Word().Matches(line).Select(m => m.Groups["quoted"].Success ? m.Groups["quoted"].Value : m.Value)];
                    words[0].ShouldBe("rabbitmqctl");
                    await broker.ControlAsync(words[1..]);
                }

                _hasUser = true;
            }
        }
        finally
        {
            Once.Release();
        }
    }

    [GeneratedRegex("^```(?<language>\\w*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"'(?<quoted>[^']*)'|\S+")]
    private static partial Regex Word();
}

/// <summary>The page has names of its own on the broker, without a prefix: two servers under them would take each other's messages.</summary>
[CollectionDefinition(Name)]
public sealed class NamesOfThePage
{
    public const string Name = "names of docs/publishing.md";
}
