namespace Strata.Rrd;

/// <summary>A footer contradicts itself or its file. Never leaves <see cref="FooterReader"/>, which makes a finding of it.</summary>
internal sealed class FooterException(string rule, string message) : Exception(message)
{
    public string Rule => rule;
}
