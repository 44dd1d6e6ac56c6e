using System.Buffers;
using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A folder of outside derivers that are shell scripts, with answers that were written before.</summary>
internal sealed class Shells : IDisposable
{
    private const string Bad = "bad";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-derivers-").FullName;

    public string Jobs => Path.Combine(_folder, "jobs");

    /// <summary>Where workers wait; null: there is no broker.</summary>
    public IDeriverQueues? Queues { get; set; }

    public OutsideOptions Options => new(Jobs, []) { Queues = Queues };

    public DeriverRegistry Registry => OutsideDerivers.Registry([new TrackingErrorDeriver(), new QualityDeriver()], _folder, Options);

    /// <param name="script">Runs in <c>sh</c>.</param>
    /// <param name="members">Of the definition, as JSON, with a comma before.</param>
    public Shells Define(string name, string script, string members = "", int version = 1)
    {
        File.WriteAllText(Path.Combine(_folder, $"{name}.sh"), script);
        File.WriteAllText(Path.Combine(_folder, $"{name}.json"), $$"""{"version": {{version}}, "command": ["sh", "{folder}/{{name}}.sh"]{{members}}}""");
        return this;
    }

    /// <summary>For the segment "bad" the script; for all others the answer that was written for them.</summary>
    public Shells DefineForBad(string name, string script, string members = "") => Define(
        name,
        $$"""
        folder=$(dirname "$0")
        segment=$(sed -n 's/^ *"segment": "\(.*\)",$/\1/p' "$STRATA_JOB")
        if [ "$segment" != {{Bad}} ]; then exec cp "$folder/$segment.rrd" "$STRATA_ANSWER"; fi
        {{script}}
        """,
        members);

    public Shells DefineRaw(string name, string json)
    {
        File.WriteAllText(Path.Combine(_folder, $"{name}.json"), json);
        return this;
    }

    public Shells Remove(string name)
    {
        File.Delete(Path.Combine(_folder, $"{name}.json"));
        return this;
    }

    /// <summary>An answer with one entity of two rows.</summary>
    public Shells Answer(string file, string segment, string entity, double value = 0.5, string application = RecordingBuilder.Application) =>
        Put(file, [(StoreId.Recording(application, segment), new RecordingBuilder().Add(entity, [1_000, 2_000], new[] { new[] { value }, new[] { value + 1 } }).Chunks)]);

    public Shells Put(string file, IReadOnlyList<(StoreId Store, IReadOnlyList<Chunk> Chunks)> stores)
    {
        File.WriteAllBytes(Path.Combine(_folder, file), Rrd(stores).ToArray());
        return this;
    }

    public static ReadOnlyMemory<byte> Rrd(IReadOnlyList<(StoreId Store, IReadOnlyList<Chunk> Chunks)> stores)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        foreach (var (store, chunks) in stores)
        {
            writer.SetStoreInfo(store, StoreSource.Other("tests"), new(1, 1));
            foreach (var chunk in chunks)
            {
                writer.WriteChunk(store, chunk);
            }
        }

        writer.Finish().ShouldBeNull();
        return output.WrittenMemory;
    }

    /// <summary>Processes that run for jobs of this folder.</summary>
    public IReadOnlyList<string> Running() =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(d =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(d, "environ")).Contains($"={Jobs}/", StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }),
    ];

    public ImmutableArray<string> JobFolders() => Directory.Exists(Jobs) ? [.. Directory.EnumerateFileSystemEntries(Jobs)] : [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
