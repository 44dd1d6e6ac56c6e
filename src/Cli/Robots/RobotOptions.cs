using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Strata.Contracts;
using Strata.Publishing;

namespace Strata.Cli;

/// <summary>Options of the commands of a robot. What is the same on every line may stand in the environment; what is secret should.</summary>
internal sealed partial class RobotOptions
{
    private const string RobotVariable = "STRATA_ROBOT";
    private const string ServerVariable = "STRATA_SERVER";
    private const string BrokerVariable = "STRATA_BROKER";
    private const string TokenVariable = "STRATA_TOKEN";
    private const string SpoolVariable = "STRATA_SPOOL";
    private const string UsualServer = "http://127.0.0.1:51234";

    /// <summary>AMQP's limit for routing keys, in bytes.</summary>
    private const int MostKeyBytes = 255;

    /// <summary>Timers of the runtime do not take more than 49 days.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(40);

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private readonly Option<string?> _robot = new("--robot") { Description = $"Name of this robot, and of its user at the broker [default: {RobotVariable}]", HelpName = "NAME" };
    private readonly Option<string?> _server = new("--server") { Description = $"Where recordings are uploaded to, and without a broker published to [default: {ServerVariable}, else {UsualServer}]", HelpName = "URL" };
    private readonly Option<string?> _broker = new("--broker") { Description = $"The RabbitMQ that takes messages [default: {BrokerVariable}, else the server takes them]", HelpName = "amqp://USER:PASSWORD@HOST" };
    private readonly Option<string?> _token = new("--token") { Description = $"Right to upload, as strata token create --register makes it [default: {TokenVariable}]", HelpName = "TOKEN" };
    private readonly Option<string?> _bandwidth = new("--bandwidth") { Description = "Bytes a second that uploads take at most: 500kB, 2MiB [default: no limit]", HelpName = "RATE" };
    private readonly Option<string?> _spool = new("--spool") { Description = $"Folder of the outbox [default: {SpoolVariable}, else strata/spool in your local data]", HelpName = "DIR" };

    public Option Robot => _robot;

    public Option Spool => _spool;

    /// <summary>Of whoever sends.</summary>
    public IEnumerable<Option> OfSending => [_server, _broker, _token, _bandwidth];

    public string RobotOf(CommandContext context)
    {
        var name = context.Value(_robot) ?? Variable(RobotVariable) ?? throw new UsageException("missing --robot NAME", $"--robot NAME, or {RobotVariable} in the environment");
        return RobotMessageLimits.RefuseRobot(name) is { } refused ? throw new UsageException($"--robot: {refused}", null) : name;
    }

    public RobotSpool OpenSpool(CommandContext context)
    {
        var named = context.Value(_spool) ?? Variable(SpoolVariable);
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return named is null && local.Length == 0
            ? throw new UsageException("this user has no folder for local data, so there is no usual place for the spool", $"--spool DIR, or {SpoolVariable} in the environment")
            : RobotSpool.Open(named ?? Path.Combine(local, "strata", "spool"), TimeProvider.System);
    }

    /// <summary>What a command that is suggested needs in order to reach the same spool.</summary>
    public string SpoolOption(CommandContext context) => context.Value(_spool) is { } named ? $" --spool {ShellWord.Of(named)}" : "";

    public RobotAddresses AddressesOf(CommandContext context) => new(
        new(Address("--server", context.Value(_server) ?? Variable(ServerVariable) ?? UsualServer, "http", "https"), context.Value(_token) ?? Variable(TokenVariable)),
        (context.Value(_broker) ?? Variable(BrokerVariable) ?? context.Settings.RabbitMq?.ToString()) is { } broker ? Broker(broker) : null,
        context.Settings.BusPrefix,
        context.Value(_bandwidth) is { } rate ? Rate(rate) : null);

    /// <exception cref="UsageException">They cannot be names, or are too long for a routing key together.</exception>
    public static void CheckNames(string robot, string dataset, string layer)
    {
        if ((Names.RefuseEntryName(dataset) ?? Names.RefuseId("layer", layer)) is { } refused)
        {
            throw new UsageException(refused, null);
        }

        if (Encoding.UTF8.GetByteCount(RobotRouting.Recording(robot, dataset)) > MostKeyBytes)
        {
            throw new UsageException($"--robot and --dataset: together they make a routing key of more than {MostKeyBytes} bytes", "name one of them shorter");
        }
    }

    /// <param name="text">A number and one of ms, s, m, h.</param>
    public static TimeSpan Time(string option, string text)
    {
        var (number, unit) = Split(text);
        TimeSpan? one = unit switch { "ms" => TimeSpan.FromMilliseconds(1), "s" => TimeSpan.FromSeconds(1), "m" => TimeSpan.FromMinutes(1), "h" => TimeSpan.FromHours(1), _ => null };
        return one is { } each && number is > 0 and var count && count * each.TotalSeconds <= LongestTime.TotalSeconds
            ? count * each
            : throw new UsageException($"{option}: expected a number with ms, s, m or h, up to 40 days, found '{text}'", $"{option} 10s");
    }

    /// <param name="text">A number and one of B, kB, MB, KiB, MiB.</param>
    internal static long Rate(string text)
    {
        var (number, unit) = Split(text);
        long? one = unit switch { "" or "B" => 1, "kB" => 1_000, "MB" => 1_000_000, "GB" => 1_000_000_000, "KiB" => 1 << 10, "MiB" => 1 << 20, "GiB" => 1 << 30, _ => null };
        return one is { } each && number is > 0 && number * each is >= 1 and <= 1e12 and var rate
            ? (long)rate
            : throw new UsageException($"--bandwidth: expected a number with B, kB, MB, KiB or MiB, found '{text}'", "--bandwidth 2MiB");
    }

    private static (double? Number, string Unit) Split(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExcept(Digits) is >= 0 and var end ? end : text.Length;
        return (double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null, text[digits..].Trim());
    }

    /// <summary>Settings of a server may have MassTransit's names of the schemes.</summary>
    public static Uri Broker(string text) => Address("--broker", MassTransitScheme().Replace(text, "amqp$1://"), "amqp", "amqps");

    [GeneratedRegex("^rabbitmq(s?)://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MassTransitScheme();

    private static Uri Address(string option, string text, string scheme, string secure)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == scheme || address.Scheme == secure) && address.Host.Length > 0)
        {
            return address.AbsolutePath.EndsWith('/') || scheme != "http" ? address : new Uri(text + "/");
        }

        // What stands before an @ may be a password.
        var shown = text.LastIndexOf('@') is >= 0 and var at ? "…" + text[at..] : text;
        throw new UsageException($"{option}: expected {scheme}://HOST or {secure}://HOST, found '{shown}'", null);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

/// <param name="Broker">Null: messages go to the server too.</param>
/// <param name="Prefix">Of the names of exchanges and queues, as the server has it.</param>
/// <param name="BytesPerSecond">Null: no limit.</param>
internal sealed record RobotAddresses(RobotServer Server, Uri? Broker, string Prefix, long? BytesPerSecond);
