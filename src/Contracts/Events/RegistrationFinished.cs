namespace Strata.Contracts;

/// <summary>
/// A register call in which some sources failed: their tasks can be asked for after a restart too. What succeeded stands in its own events. Source: catalog-protocol §2.17, §11.4.
/// </summary>
/// <param name="RegistrationId">Names the stream <c>registration-&lt;id&gt;</c>; a task names it together with the failure's place in the list.</param>
public sealed record RegistrationFinished(string RegistrationId, DatasetId Dataset, EquatableArray<RegistrationFailure> Failures, EventSource Source) : StrataEvent;

/// <param name="Reason">In words, without segment and layer unless the reason itself names them.</param>
public sealed record RegistrationFailure(string Segment, string Layer, string StorageUrl, string Reason);
