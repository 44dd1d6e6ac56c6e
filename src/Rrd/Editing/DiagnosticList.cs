namespace Strata.Rrd.Editing;

/// <summary>Collects findings with what is known of their rules.</summary>
internal sealed class DiagnosticList
{
    private static readonly Dictionary<string, (Severity Severity, string Section)> Known = new()
    {
        [RrdRules.Truncated] = (Severity.Error, "§10.1"),
        [RrdRules.UnknownKind] = (Severity.Error, "§1.3"),
        [RrdRules.Garbage] = (Severity.Error, "§10.1"),
        [RrdRules.TrailingBytes] = (Severity.Error, "§1.4"),
        [RrdRules.Footer] = (Severity.Error, "§1.5"),
        [RrdRules.FooterChecksum] = (Severity.Error, "§1.4"),
        [RrdRules.NoFooter] = (Severity.Warning, "§1.4"),
        [RrdRules.Manifest] = (Severity.Error, "§9.6"),
        [RrdRules.ManifestRow] = (Severity.Error, "§9.2"),
        [RrdRules.SchemaHash] = (Severity.Warning, "§9.4"),
        [RrdRules.Schema] = (Severity.Warning, "§9.3"),
        [RrdRules.Concatenated] = (Severity.Error, "§1.6"),
        [RrdRules.StoreInfo] = (Severity.Error, "§2.1"),
        [RrdRules.StoreOrder] = (Severity.Error, "§2.1"),
        [RrdRules.ApplicationId] = (Severity.Warning, "§2.2"),
        [RrdRules.Message] = (Severity.Error, "§10.1"),
        [RrdRules.ArrowMessage] = (Severity.Warning, "§2.3"),
        [RrdRules.Activation] = (Severity.Warning, "§2.4"),
        [RrdRules.ArrowStream] = (Severity.Error, "§3.3"),
        [RrdRules.EntityPath] = (Severity.Warning, "§7.1"),
        [RrdRules.ColumnName] = (Severity.Warning, "§4.5"),
        [RrdRules.Chunk] = (Severity.Error, "§4"),
        [RrdRules.DuplicateChunk] = (Severity.Error, "§4.6"),
        [RrdRules.EmptyChunk] = (Severity.Warning, "§4.5"),
        [RrdRules.SorbetVersion] = (Severity.Warning, "§4.1"),
        [RrdRules.ColumnOrder] = (Severity.Error, "§4.2"),
        [RrdRules.RowIdColumn] = (Severity.Warning, "§4.3"),
        [RrdRules.RowOrder] = (Severity.Error, "§4.6"),
        [RrdRules.DuplicateRow] = (Severity.Error, "§4.6"),
        [RrdRules.RowIdOverlap] = (Severity.Remark, "§4.6"),
        [RrdRules.IndexColumn] = (Severity.Error, "§4.4"),
        [RrdRules.FalselySorted] = (Severity.Error, "§4.4"),
        [RrdRules.DataColumn] = (Severity.Warning, "§4.5"),
        [RrdRules.ColumnType] = (Severity.Error, "§4.5"),
        [RrdRules.ReservedName] = (Severity.Warning, "§7.1"),
        [RrdRules.NewerVersion] = (Severity.Remark, "§1.2"),
    };

    private readonly List<DiagnosticFinding> _findings = [];
    private readonly HashSet<(long, string, string)> _seen = [];
    private long _more;

    public void Add(long offset, string rule, string message)
    {
        if (_findings.Count >= RrdLimits.MaxFindings)
        {
            _more++;
        }
        else if (_seen.Add((offset, rule, message)))
        {
            var (severity, section) = Known[rule];
            _findings.Add(new DiagnosticFinding(offset, severity, rule, section, message.Length <= RrdLimits.MaxFindingChars ? message : message[..RrdLimits.MaxFindingChars]));
        }
    }

    public void Add(IEnumerable<RrdFinding> findings)
    {
        foreach (var finding in findings)
        {
            Add(finding.Offset, finding.Rule, finding.Message);
        }
    }

    public IReadOnlyList<DiagnosticFinding> ToList()
    {
        var findings = _findings.OrderBy(finding => finding.Offset).ToList();
        if (_more > 0)
        {
            findings.Add(findings[^1] with { Message = $"and {_more} more findings" });
        }
        return findings;
    }
}
