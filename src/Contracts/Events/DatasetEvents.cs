using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>How a dataset keeps the bytes of what is registered. Source: DESIGN §4.1.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<KeepMode>))]
public enum KeepMode
{
    /// <summary>Reference inside configured roots, copy elsewhere.</summary>
    Auto,
    Copy,
    Reference,
}

public sealed record DatasetCreated(DatasetId Dataset, string Name, KeepMode KeepMode) : StrataEvent;

/// <summary>"When these layers are there, run this deriver with these parameters into that layer." A changed declaration is a new revision.</summary>
public sealed record RuleDeclared(
    DatasetId Dataset,
    string Rule,
    int Revision,
    string Deriver,
    EquatableArray<string> Inputs,
    string OutputLayer,
    CanonicalJson Parameters) : StrataEvent;

/// <summary>A person took the rule's layer away from one segment: the rule leaves it alone until resumed or until an input changes.</summary>
public sealed record RuleSuppressed(DatasetId Dataset, string Rule, string Segment, string Reason) : StrataEvent;

public sealed record RuleResumed(DatasetId Dataset, string Rule, string Segment) : StrataEvent;
