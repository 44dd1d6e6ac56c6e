namespace Strata.EndToEnd.Tests;

/// <summary>A program that stands in for another one, as a script of a POSIX shell.</summary>
internal static class ShellScript
{
    /// <returns>Its path.</returns>
    public static string Write(string folder, string name, string lines)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stand-ins are scripts of a POSIX shell; run it on Linux or macOS");
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{lines}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
