using Microsoft.Extensions.Logging;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>The generation that the pointer names, and an empty one in its place.</summary>
internal static class LiveGeneration
{
    /// <returns>Null where there is none, or its file is broken.</returns>
    public static Generation? Open(GenerationFiles files, int? number, ILogger logger)
    {
        if (number is not { } live || !files.Exists(live))
        {
            return null;
        }

        try
        {
            return Generation.Open(files.Projection, files.PathOf(live), live);
        }
        catch (ReadModelStorageException exception) when (!exception.IsTransient)
        {
            logger.LogWarning("The {Tables} of generation {Number} cannot be opened and are rebuilt from the log: {Reason}", files.Projection.Noun, live, exception.Message);
            logger.LogDebug(exception, "Where it was refused");
            return null;
        }
    }

    public static Generation BeginAnew(GenerationFiles files)
    {
        // Above every number in use: a rebuild may be writing the next one.
        var number = files.NextNumber();
        var generation = Generation.Create(files.Projection, files.PathOf(number), number);
        files.WritePointer(number);
        return generation;
    }
}
