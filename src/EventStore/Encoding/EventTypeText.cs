using System.Collections.Concurrent;
using System.Text;
using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>Names of an event's type as the log writes them, as text and in UTF-8. Source: marten-tables §Encoding.</summary>
internal sealed record EventTypeText(string AliasText, string DotnetTypeText)
{
    private static readonly ConcurrentDictionary<Type, EventTypeText> Known = new();

    public byte[] Alias { get; } = Encoding.UTF8.GetBytes(AliasText);

    public byte[] DotnetType { get; } = Encoding.UTF8.GetBytes(DotnetTypeText);

    public static EventTypeText Of(StrataEvent @event) =>
        Known.GetOrAdd(@event.GetType(), static (type, e) => new(EventTypes.NameOf(e), $"{type.FullName}, {type.Assembly.GetName().Name}"), @event);
}
