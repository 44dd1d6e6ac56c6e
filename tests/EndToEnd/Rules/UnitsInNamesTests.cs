using System.Reflection;
using System.Text.RegularExpressions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;

namespace Strata.EndToEnd.Tests;

/// <summary>Times are UTC nanoseconds as <c>long</c>, sizes bytes as <c>long</c>, and names say so. Source: DESIGN rule 13.</summary>
public sealed partial class UnitsInNamesTests
{
    private static readonly Assembly[] Rooms = [typeof(StrataEvent).Assembly, typeof(IEventStore).Assembly, typeof(IRecordingStore).Assembly, typeof(IReadModels).Assembly];

    private static readonly Type[] Clocks = [typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan)];

    private static readonly Type[] Numbers = [typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(double), typeof(float), typeof(decimal)];

    public static TheoryData<string> Records => [.. Properties().Select(p => p.DeclaringType!.FullName!).Distinct().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Records))]
    public void Rule_13_a_record_says_times_in_nanoseconds_and_sizes_in_bytes(string record)
    {
        foreach (var property in Properties().Where(p => p.DeclaringType!.FullName == record))
        {
            var (name, type) = (property.Name, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            Clocks.ShouldNotContain(type, $"{record}.{name}: a time or a duration is a long of nanoseconds");
            if (Numbers.Contains(type))
            {
                TimeWord().IsMatch(name).ShouldBeFalse($"{record}.{name}: a time says its unit: {name}Ns");
                SizeWord().IsMatch(name).ShouldBeFalse($"{record}.{name}: a size says its unit: {name}Bytes");
                if (name.EndsWith("Ns", StringComparison.Ordinal) || name.EndsWith("Bytes", StringComparison.Ordinal))
                {
                    type.ShouldBe(typeof(long), $"{record}.{name}");
                }
            }
        }
    }

    [Fact]
    public void Rule_13_the_words_are_those_of_the_records()
    {
        Properties().Count(p => p.Name.EndsWith("Ns", StringComparison.Ordinal)).ShouldBeGreaterThan(5);
        Properties().Count(p => p.Name.EndsWith("Bytes", StringComparison.Ordinal)).ShouldBeGreaterThan(5);
        new[] { "RecordedAt", "MaxAge", "Delay", "ModifiedTime" }.ShouldAllBe(name => TimeWord().IsMatch(name));
        new[] { "RecordedAtNs", "OpenedAtPosition", "Attempt", "EventsPerSecond" }.ShouldAllBe(name => !TimeWord().IsMatch(name));
    }

    private static IEnumerable<PropertyInfo> Properties() =>
        from room in Rooms
        from type in room.GetExportedTypes()
        where !type.IsInterface && !typeof(Exception).IsAssignableFrom(type)
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        select property;

    [GeneratedRegex("(At|Time|Age|Delay|Duration|Due|Until|Since|Modified|Elapsed|Lease)$")]
    private static partial Regex TimeWord();

    [GeneratedRegex("Size$")]
    private static partial Regex SizeWord();
}
