using Strata.Rrd;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What is wrong with a recording, as the program says it.</summary>
internal static class RrdFaults
{
    /// <param name="id">Of the recording that is meant; null: the file holds one.</param>
    /// <exception cref="OperationException">There is none, or several and nobody said which.</exception>
    public static RrdStore Recording(string input, RrdReader reader, string? id)
    {
        var recordings = reader.Contents.Recordings.ToList();
        var wanted = recordings.Where(recording => id is null || recording.Id.RecordingId == id).ToList();
        if (wanted is [var only])
        {
            return only;
        }

        var found = $"{recordings.Count}{(recordings.Count == 0 ? "" : $": {string.Join(", ", recordings.Select(r => r.Id.RecordingId))}")}";
        throw new OperationException(
            OperationErrors.Invalid,
            id is null ? $"{input}: expected one recording, found {found}" : $"{input}: expected one recording '{id}', found {found}",
            recordings.Count == 0 ? "name a file that holds a recording" : "say which: --recording ID");
    }

    public static OperationException Of(string input, RrdFormatException fault) =>
        new(OperationErrors.Invalid, $"{input}: at byte {fault.Offset:N0}: expected {fault.Expected}, found {fault.Found}", fault.WhatToDo);
}
