using Strata.Rrd;
using Strata.Web;

namespace Strata.Cli;

/// <summary>A recording that is read at any place; what is piped in lies in a temporary file meanwhile.</summary>
internal sealed class RrdFile : IDisposable
{
    private readonly bool _isTemporary;

    private RrdFile(string shown, string fullPath, FileBytes bytes, bool isTemporary) => (Shown, FullPath, Bytes, _isTemporary) = (shown, fullPath, bytes, isTemporary);

    public string Shown { get; }

    public string FullPath { get; }

    public FileBytes Bytes { get; }

    public static RrdFile Open(string path)
    {
        if (path == RrdInputs.StandardInput)
        {
            throw new UsageException("expected a file, found -", "name a file");
        }

        try
        {
            return new(path, Path.GetFullPath(path), FileBytes.Open(path), isTemporary: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(OperationErrors.NotFound, $"{path}: {e.Message.TrimEnd('.')}", "check the spelling, or look with ls at what is there");
        }
    }

    /// <summary>Standard input, or a file.</summary>
    public static async Task<RrdFile> OpenAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is not (null or RrdInputs.StandardInput))
        {
            return Open(path);
        }

        if (!Console.IsInputRedirected)
        {
            throw new UsageException("no FILE is named and nothing is piped in", null);
        }

        var temporary = Path.GetTempFileName();
        try
        {
            await using var input = Console.OpenStandardInput();
            await using var copy = File.Create(temporary);
            await input.CopyToAsync(copy, cancellationToken);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        return new("standard input", temporary, FileBytes.Open(temporary), isTemporary: true);
    }

    public async Task<RrdReader> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RrdReader.OpenAsync(Bytes, cancellationToken);
        }
        catch (RrdFormatException e)
        {
            throw RrdFaults.Of(Shown, e);
        }
    }

    public void Dispose()
    {
        Bytes.Dispose();
        if (_isTemporary)
        {
            File.Delete(FullPath);
        }
    }
}
