using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Strata.Fuzz.Tests;

/// <summary>
/// The input that is read at this moment, in a file that survives the process: a stack overflow or an endless loop leaves nothing else behind.
/// Its first four bytes are the length of what follows. A run that ends by itself takes the file away.
/// </summary>
internal sealed class CurrentInput : IDisposable
{
    private const int Capacity = 1 << 20;

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public CurrentInput(string target)
    {
        _path = Path.Combine(FuzzFinding.Folder(), $"{target}-{Environment.ProcessId}.current");
        _file = MemoryMappedFile.CreateFromFile(_path, FileMode.Create, null, Capacity);
        _view = _file.CreateViewAccessor();
    }

    public void Set(byte[] input)
    {
        _view.Write(0, input.Length);
        _view.WriteArray(sizeof(int), input, 0, Math.Min(input.Length, Capacity - sizeof(int)));
    }

    /// <summary>The bytes of a file that a dead process left.</summary>
    public static byte[] Read(byte[] file) => file[sizeof(int)..(sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(file))];

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }
}
