namespace Strata.Recordings;

/// <summary>The steps by which a file comes to stand for good, one by one, so that a test can see their order. Source: DESIGN rule 15.</summary>
internal interface IDisk
{
    /// <summary>Opens a new file for writing.</summary>
    Stream Create(string path);

    /// <param name="target">Is not there yet.</param>
    void Copy(string source, string target);

    /// <summary>Makes a folder with all that lead to it, or finds it there.</summary>
    void CreateFolder(string folder);

    /// <summary>In place of what has the name now.</summary>
    void Rename(string from, string to);

    /// <summary>Makes a file's bytes durable.</summary>
    void FlushFile(string path);

    /// <summary>Makes the names in a folder durable.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    void FlushFolder(string folder);

    /// <summary>Makes all bytes and names durable on the file system that the folder lies on; on Linux only.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    void FlushFileSystem(string folder);
}
