using System.Collections.Immutable;
using System.Globalization;
using System.IO.Enumeration;
using Strata.Catalog.Protocol;
using Strata.Catalog.Uploads;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Catalog.Registration;

/// <summary>Turns the sources of a request into files of this machine; what a prefix holds is looked up. Source: catalog-protocol §2.6, §11.6.</summary>
/// <param name="staged">What was found of files that clients sent, by their URLs.</param>
internal sealed class SourceFiles(IRecordingStore recordings, IReadOnlyDictionary<string, KeptFile> staged)
{
    public const string DefaultLayer = "base";
    private const string RecordingExtension = ".rrd";

    /// <summary>A call is one append: beyond this a client does better with several.</summary>
    private const int MaxFiles = 200_000;

    /// <summary>A tree of folders deeper than this is a mistake, or an attack on the stack.</summary>
    private const int MaxFolderDepth = 64;

    private const string MissingUrl = "rerun.cloud.v1alpha1.DataSource.storage_url";

    /// <exception cref="CatalogException">A source is not what the protocol asks for, or is no file of this machine.</exception>
    public ImmutableArray<RecordingRequest> Resolve(IReadOnlyList<DataSource> sources, CancellationToken cancellationToken)
    {
        if (sources.Count == 0)
        {
            throw CatalogException.InvalidArgument("no data sources to register");
        }

        foreach (var source in sources)
        {
            Refuse(source);
        }

        var files = ImmutableArray.CreateBuilder<RecordingRequest>(sources.Count);
        foreach (var source in sources)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(source, files, cancellationToken);
            if (files.Count > MaxFiles)
            {
                throw CatalogException.InvalidArgument(string.Create(CultureInfo.InvariantCulture, $"expected at most {MaxFiles} files in one call, found more; register them in several calls"));
            }
        }

        return files.ToImmutable();
    }

    private static void Refuse(DataSource source)
    {
        if (!source.HasStorageUrl)
        {
            throw CatalogException.MissingField(MissingUrl);
        }

        if (!FileUrl.IsUrl(source.StorageUrl))
        {
            throw CatalogException.InvalidArgument($"could not parse url: relative URL without a base\nexpected a URL such as file:///data/run.rrd, found '{source.StorageUrl}'");
        }

        if (!Enum.IsDefined(source.Typ))
        {
            throw CatalogException.UnknownEnumerationValue((int)source.Typ);
        }

        if (source.Typ != DataSourceKind.Rrd)
        {
            throw CatalogException.InvalidArgument("invalid value for field 'rerun.manifest_registry.v1alpha1.DataSourceKind.: enum value unspecified'");
        }

        if (source.Prefix && StagedUrl.KeyOf(source.StorageUrl) is not null)
        {
            throw CatalogException.InvalidArgument($"expected one staged file, found '{source.StorageUrl}' as a prefix: name each file that was staged");
        }

        if (source.Prefix && FileUrl.IsMemory(source.StorageUrl))
        {
            throw CatalogException.InvalidArgument("memory:// URLs cannot be used as prefix data sources");
        }
    }

    private void Add(DataSource source, ImmutableArray<RecordingRequest>.Builder files, CancellationToken cancellationToken)
    {
        var layer = source.Layer.Length == 0 ? DefaultLayer : source.Layer;
        if (StagedUrl.KeyOf(source.StorageUrl) is not null)
        {
            var file = staged.GetValueOrDefault(source.StorageUrl) ?? throw CatalogException.NotFound(
                $"RRD file not found, could not load URI: {source.StorageUrl}\nnothing of yours is staged there: it was not sent to this server, or not registered within a day; stage it again");
            files.Add(new(file.Kept.Location, source.StorageUrl) { Layer = layer, Kept = file });
            return;
        }

        var path = FileUrl.PathOf(source.StorageUrl, out var reason) ?? throw CatalogException.NotFound($"RRD file not found, {reason}");
        if (!source.Prefix)
        {
            files.Add(new(path, source.StorageUrl) { Layer = layer });
            return;
        }

        var before = files.Count;
        foreach (var found in FilesBelow(path, source.StorageUrl))
        {
            cancellationToken.ThrowIfCancellationRequested();
            files.Add(new(found, FileUrl.Of(found)) { Layer = layer });
            if (files.Count > MaxFiles)
            {
                return;
            }
        }

        if (files.Count == before)
        {
            throw CatalogException.InvalidArgument($"no rrd files found in {source.StorageUrl}");
        }

        files.Sort(before, files.Count - before, Comparer<RecordingRequest>.Create(static (a, b) => string.CompareOrdinal(a.Path, b.Path)));
    }

    private FileSystemEnumerable<string> FilesBelow(string folder, string url)
    {
        // Said before anything is looked up, so that nobody learns what lies outside.
        if (!recordings.MayOpen(folder))
        {
            throw CatalogException.NotFound($"RRD file not found, could not load URI: {url}\nit lies outside the folders that this server may open; let its operator add the folder");
        }

        if (File.Exists(folder))
        {
            throw CatalogException.InvalidArgument($"expected prefix / directory but got an object (\"{folder}\")");
        }

        if (!Directory.Exists(folder))
        {
            throw CatalogException.InvalidArgument(
                $"Directory not found: \"{folder}\"\nthis server runs on '{Environment.MachineName}': the folder must exist there, and not only where the client runs");
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxFolderDepth, AttributesToSkip = 0, IgnoreInaccessible = true };
        return new FileSystemEnumerable<string>(folder, static (ref FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory && entry.FileName.EndsWith(RecordingExtension, StringComparison.Ordinal),
            // A linked folder may hold itself.
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
    }
}
