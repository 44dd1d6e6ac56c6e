namespace Strata.Rrd;

/// <summary>The wish of a file that a blueprint in it is shown, or becomes the default of its application. Source: rrd-format §2.4.</summary>
public sealed record BlueprintActivation(StoreId BlueprintId, bool MakeActive, bool MakeDefault);
