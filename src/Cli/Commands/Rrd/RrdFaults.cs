using Strata.Rrd;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What is wrong with a recording, as the program says it.</summary>
internal static class RrdFaults
{
    /// <exception cref="OperationException">There is none, or several.</exception>
    public static RrdStore OnlyRecording(string input, RrdReader reader)
    {
        var recordings = reader.Contents.Recordings.ToList();
        return recordings is [var only]
            ? only
            : throw new OperationException(OperationErrors.Invalid, $"{input}: expected one recording, found {recordings.Count}{(recordings.Count == 0 ? "" : $": {string.Join(", ", recordings.Select(r => r.Id.RecordingId))}")}", "name a file that holds one");
    }

    public static OperationException Of(string input, RrdFormatException fault) =>
        new(OperationErrors.Invalid, $"{input}: at byte {fault.Offset:N0}: expected {fault.Expected}, found {fault.Found}", fault.WhatToDo);
}
