using System.Net;
using System.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;

namespace Strata.Publishing;

/// <summary>The rest of a file as the body of a request, at the pace of the limit.</summary>
internal sealed class FileContent : HttpContent
{
    private readonly string _path;
    private readonly long _offset;
    private readonly long _end;
    private readonly BandwidthLimit _limit;
    private readonly Action<long> _sent;

    /// <param name="end">Bytes of the file when it was spooled: what was appended since does not go out.</param>
    /// <param name="sent">Is told of each piece how far the file has gone out.</param>
    public FileContent(string path, long offset, long end, BandwidthLimit limit, Action<long> sent)
    {
        (_path, _offset, _end, _limit, _sent) = (path, offset, end, limit, sent);
        Headers.ContentType = new("application/octet-stream");
        if (end > 0)
        {
            Headers.ContentRange = new ContentRangeHeaderValue(offset, end - 1, end);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _end - _offset;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var file = Open();
        var buffer = new byte[_limit.PieceBytes];
        for (var at = _offset; at < _end;)
        {
            var piece = (int)Math.Min(buffer.Length, _end - at);
            var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, piece), at, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new SpooledFileException($"{_path}: expected {_end} bytes, found {at}", null);
            }

            await _limit.TakeAsync(read, cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            at += read;
            _sent(at);
        }
    }

    private SafeFileHandle Open()
    {
        try
        {
            return File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SpooledFileException(e.Message, e);
        }
    }
}

/// <summary>The file is at fault and not the connection.</summary>
internal sealed class SpooledFileException(string message, Exception? cause) : IOException(message, cause);
