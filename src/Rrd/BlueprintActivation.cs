namespace Strata.Rrd;

/// <summary>The wish of a file that a blueprint in it is shown, or becomes the default of its application. Source: rrd-format §2.4.</summary>
/// <param name="BlueprintId">Which blueprint.</param>
/// <param name="MakeActive">Whether it is shown at once.</param>
/// <param name="MakeDefault">Whether it becomes the default of its application.</param>
public sealed record BlueprintActivation(StoreId BlueprintId, bool MakeActive, bool MakeDefault);
