using Google.Protobuf.Reflection;
using Strata.Catalog.Protocol;
using Strata.Rrd.Tests;

namespace Strata.Catalog.Tests;

/// <summary>Our own <c>.proto</c> files against the descriptors inside Rerun's clients: names, numbers and types must be theirs.</summary>
public sealed class DescriptorTests
{
    /// <summary>Bytes in place of a message are the same on the wire: <c>reading.proto</c> says why.</summary>
    private const string Relayed = "rerun.cloud.v1alpha1.FetchChunksResponse.chunks";

    /// <summary>Since 0.41 it is gone.</summary>
    private static readonly string[] Only036 = ["WriteChunks", "WriteChunksRequest", "WriteChunksResponse"];

    private static readonly FileDescriptor[] Ours =
    [
        CommonReflection.Descriptor, LogMsgReflection.Descriptor, ConnectReflection.Descriptor, EventsReflection.Descriptor, EntriesReflection.Descriptor,
        RegistrationReflection.Descriptor, UploadsReflection.Descriptor, DatasetTablesReflection.Descriptor, ReadingReflection.Descriptor, TablesReflection.Descriptor,
        ServiceReflection.Descriptor,
    ];

    [Theory]
    [InlineData("0.41.0")]
    [InlineData("0.36.2")]
    public void Every_message_and_enum_is_as_in_the_client(string version)
    {
        var theirs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Read(version))
        {
            file.MessageType.ToList().ForEach(m => Add(theirs, $"{file.Package}.{m.Name}", m));
            file.EnumType.ToList().ForEach(e => theirs.Add($"{file.Package}.{e.Name}", Describe(e)));
        }

        foreach (var (name, ours) in Declared())
        {
            if (version == "0.36.2" || !Only036.Contains(name.Split('.')[^1]))
            {
                // 0.41 only added: what the older client has must be the same, the rest is new to it.
                Missing(theirs.GetValueOrDefault(name), ours, exact: version == "0.41.0").ShouldBeEmpty($"{name} of {version}");
            }
        }
    }

    [Theory]
    [InlineData("0.41.0")]
    [InlineData("0.36.2")]
    public void Every_method_of_the_client_is_in_the_service_and_streams_as_there(string version)
    {
        static string Line(MethodDescriptorProto m) => $"{m.Name}({(m.ClientStreaming ? "stream " : "")}{m.InputType}) returns ({(m.ServerStreaming ? "stream " : "")}{m.OutputType})";

        var theirs = Read(version).SelectMany(f => f.Service).Single(s => s.Name == "RerunCloudService").Method.Select(Line);
        var ours = ServiceReflection.Descriptor.ToProto().Service.Single().Method.Select(Line).ToList();

        theirs.Except(ours).ShouldBeEmpty();
        if (version == "0.41.0")
        {
            ours.Except(theirs).ShouldHaveSingleItem().ShouldStartWith("WriteChunks(");
        }
    }

    private static Dictionary<string, string> Declared()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Ours)
        {
            file.ToProto().MessageType.ToList().ForEach(m => Add(all, $"{file.Package}.{m.Name}", m));
            file.ToProto().EnumType.ToList().ForEach(e => all.Add($"{file.Package}.{e.Name}", Describe(e)));
        }

        return all;
    }

    private static void Add(Dictionary<string, string> all, string name, DescriptorProto message)
    {
        var oneofs = message.OneofDecl.Select(o => o.Name).ToList();
        all.Add(name, string.Join('\n', message.Field.Select(f =>
        {
            var relayed = $"{name}.{f.Name}" == Relayed;
            var oneof = f.HasOneofIndex && !f.Proto3Optional ? oneofs[f.OneofIndex] : "";
            return $"{f.Number} {f.Label} {(f.Proto3Optional ? "optional " : "")}{(relayed ? "bytes or message" : f.Type)} {(relayed ? "" : f.TypeName)} {f.Name} {oneof}";
        }).Order(StringComparer.Ordinal)));
    }

    private static string Describe(EnumDescriptorProto e) => string.Join('\n', e.Value.Select(v => $"{v.Number} {v.Name}").Order(StringComparer.Ordinal));

    private static IEnumerable<string> Missing(string? theirs, string ours, bool exact)
    {
        string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (theirs is null)
        {
            return exact ? ["the whole message"] : [];
        }

        var missing = Lines(theirs).Except(Lines(ours)).Select(l => $"theirs: {l}");
        return exact ? missing.Concat(Lines(ours).Except(Lines(theirs)).Select(l => $"ours: {l}")) : missing;
    }

    private static IEnumerable<FileDescriptorProto> Read(string version)
    {
        var path = Path.Combine(SharedRecordings.Folder("wire/protos"), $"rerun-{version}.fds");
        return FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(path)).File.Where(f => f.Package.StartsWith("rerun.", StringComparison.Ordinal));
    }
}
