using FsCheck;
using FsCheck.Fluent;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar.Tests;

/// <summary>Logs in which few files are shared by many holders: two datasets, one with a companion for blueprints, pins, retention, quarantine.</summary>
internal static class RandomLogs
{
    public const int Files = 4;
    public const long NsPerEvent = 10;

    private static readonly DatasetId[] Datasets = [Id('1'), Id('2'), Id('3')];

    public static string Location(int file) => $"recordings/{file}";

    public static Arbitrary<RecordedEvent[]> Any() => Gen.Choose(0, int.MaxValue - 1).Select(seed => Make(new Random(seed))).ToArbitrary();

    private static DatasetId Id(char digit) => DatasetId.Parse(new string(digit, 32));

    private static RecordedEvent[] Make(Random random)
    {
        var log = new List<StrataEvent>
        {
            new DatasetCreated(Datasets[0], "one", KeepMode.Copy) { BlueprintDataset = Datasets[2] },
            new DatasetCreated(Datasets[2], "blueprints", KeepMode.Copy) { Kind = DatasetKind.Blueprint, CompanionOf = Datasets[0] },
            new DatasetCreated(Datasets[1], "two", KeepMode.Copy),
        };
        var (standing, living, pins, quarantined) = (new HashSet<(DatasetId, string)>(), Datasets.ToHashSet(), new List<DatasetId>(), new HashSet<Sha256Digest>());
        for (var step = random.Next(5, 40); step > 0; step--)
        {
            var dataset = Datasets[random.Next(Datasets.Length)];
            var (segment, kept) = ($"s{random.Next(2)}", new KeptBytes(KeepMode.Copy, Location(random.Next(Files)), null, null));
            var quarantine = Events.Hash($"{dataset}{kept.Location}");
            switch (random.Next(10))
            {
                case 0 or 1 or 2 when living.Contains(dataset):
                    log.Add(Events.Given("base", kept.Location) with { Dataset = dataset, Segment = segment, Kept = kept });
                    standing.Add((dataset, segment));
                    break;
                case 3 when standing.Remove((dataset, segment)):
                    log.Add(new LayerUnregistered(dataset, segment, "base", Events.Hash("any"), "asked", Events.Someone));
                    break;
                case 4 when living.Contains(dataset) && quarantined.Add(quarantine):
                    log.Add(new RecordingQuarantined(quarantine, dataset, "file:///q.rrd", "base", kept, 1, "cut", "cut", null, Events.Someone));
                    break;
                case 5 when quarantined.Remove(quarantine):
                    log.Add(new RecordingDiscarded(quarantine, dataset, Events.Someone));
                    break;
                case 6:
                    pins.Add(DatasetId.New());
                    log.Add(new DatasetPinned(pins[^1], $"pin {pins.Count}", dataset, random.Next(3, log.Count + 1), Events.Someone));
                    break;
                case 7 when pins.Count > 0:
                    log.Add(new DatasetDeleted(pins[^1], Events.Someone));
                    pins.RemoveAt(pins.Count - 1);
                    break;
                case 8 when living.Contains(dataset):
                    log.Add(new RetentionDeclared(dataset, random.Next(3) switch { 0 => null, 1 => 0, _ => 5 * NsPerEvent }, Events.Someone));
                    break;
                case 9 when random.Next(3) == 0 && living.Remove(dataset):
                    log.Add(new DatasetDeleted(dataset, Events.Someone));
                    standing.RemoveWhere(s => s.Item1 == dataset);
                    break;
                case 9 when living.Contains(Datasets[0]):
                    log.Add(new DatasetDetailsChanged(Datasets[0], random.Next(2) == 0 ? Datasets[2] : null, null, null, random.Next(2) == 0 ? Datasets[1] : null, Events.Someone));
                    break;
            }
        }

        return [.. log.Select((e, i) => At(i + 1, e))];
    }

    public static RecordedEvent At(long position, StrataEvent e) => new(position, Guid.Empty, "s", position, EventTypes.NameOf(e), position * NsPerEvent, "c", e);
}
