namespace Strata.Publishing;

/// <param name="Quiet">A file without an end marker that did not change for so long is taken for cut.</param>
/// <param name="RescanEvery">How often everything is looked at, since a system that is busy forgets to tell of files.</param>
/// <param name="Converter">For <c>.mcap</c>; null: they are left alone.</param>
public sealed record FolderWatchOptions(string Folder, string Robot, string Dataset, string Layer, HoldMode Hold, TimeSpan Quiet, TimeSpan RescanEvery, McapConverter? Converter);
