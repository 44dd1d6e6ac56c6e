namespace Strata.Cli.Tests;

public sealed class RulesFileTests
{
    [Fact]
    public void A_rule_has_the_layer_base_and_its_own_name_where_nothing_is_told()
    {
        var rule = Parse("datasets:\n  arms:\n    rules:\n      gaps:\n        deriver: gaps\n").Datasets.ShouldHaveSingleItem().Rules.ShouldHaveSingleItem();
        (rule.Rule, rule.Deriver, rule.Layer, rule.Parameters.GetRawText()).ShouldBe(("gaps", "gaps", "gaps", "{}"));
        rule.Inputs.ShouldBe(["base"]);
    }

    [Fact]
    public void Parameters_are_json_with_plain_words_as_json_reads_them_and_texts_else()
    {
        var text = Rule("parameters: { a: 0..6, b: 0.13, c: true, d: '1', e: [1, two, null], f: no, g: 0x10, h: 1e3, i: { j: -2 }, k: .5, l: ~ }");
        Parse(text).Datasets[0].Rules[0].Parameters.GetRawText().ShouldBe("""{"a":"0..6","b":0.13,"c":true,"d":"1","e":[1,"two",null],"f":"no","g":"0x10","h":1e3,"i":{"j":-2},"k":".5","l":null}""");
    }

    [Theory]
    [InlineData("rules: {}", "rules.yaml:1:1: the file: there is no key 'rules' expected datasets")]
    [InlineData("datasets:\n  arms:\n    rule: {}", "rules.yaml:3:5: dataset 'arms': there is no key 'rule'; did you mean 'rules'? expected rules")]
    [InlineData("datasets: [arms]", "rules.yaml:1:11: expected datasets by name, found a list")]
    [InlineData("datasets:\n  arms:\n    rules:\n      gaps: 3", "rules.yaml:4:13: expected a rule: deriver, inputs, layer, parameters, found '3'")]
    [InlineData("datasets:\n  arms:\n    rules:\n      gaps: {}", "rules.yaml:4:7: rule 'gaps': expected 'deriver', found nothing of that name")]
    [InlineData("datasets:\n  arms:\n    rules:\n      gaps:\n        deriver: [a]", "rules.yaml:5:18: rule 'gaps': deriver: expected the name of a deriver, found a list")]
    [InlineData("datasets:\n  arms:\n    rules:\n      gaps:\n        derivr: gaps", "rules.yaml:5:9: rule 'gaps': there is no key 'derivr'; did you mean 'deriver'? expected deriver, inputs, layer, parameters")]
    [InlineData("datasets:\n  arms:\n    rules:\n      gaps:\n        deriver: gaps\n        inputs: { a: b }", "rules.yaml:6:17: rule 'gaps': inputs: expected the name of a layer, or a list of these, found an object")]
    [InlineData("datasets:\n  arms:\n    rules:\n      gaps:\n        deriver: gaps\n        parameters: [a]", "rules.yaml:6:21: expected rule 'gaps': parameters by name, found a list")]
    [InlineData("datasets:\n  arms: {\n", "rules.yaml:")]
    [InlineData("datasets: {a: {rules: {}}, a: {rules: {}}}", "rules.yaml:1:")]
    [InlineData("datasets: {}\n---\ndatasets: {}", "rules.yaml:1:1: expected one YAML document, found 2")]
    [InlineData("", "rules.yaml:1:1: expected one YAML document, found 0")]
    public void A_mistake_is_said_with_line_and_column(string text, string words) => Should.Throw<UsageException>(() => Parse(text)).Message.ShouldStartWith(words);

    [Fact]
    public void A_few_lines_that_stand_for_more_than_there_is_memory_are_refused()
    {
        var bomb = "parameters:\n          a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i => $"          a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Should.Throw<UsageException>(() => Parse(Rule(bomb))).Message.ShouldContain("expected at most 100000 values");
    }

    [Theory]
    [InlineData("dataset 'arms', rule 'gaps': there is no deriver 'gap'", "rules.yaml:5:18")]
    [InlineData("dataset 'arms', rule 'gaps': expectedHz: expected a rate", "rules.yaml:7:11")]
    [InlineData("dataset 'arms', rule 'gaps': layer 'gaps' is the output of rule 'b' already", "rules.yaml:4:7")]
    [InlineData("dataset 'arms', rule 'other': whatever", null)]
    [InlineData("there is no dataset 'arms'", null)]
    public void What_the_server_refuses_is_found_in_the_file(string refusal, string? place) => Parse(Rule("parameters:\n          expectedHz: -1")).PlaceOf(refusal).ShouldBe(place);

    private static string Rule(string more) => $"datasets:\n  arms:\n    rules:\n      gaps:\n        deriver: gaps\n        {more}";

    private static RulesFile Parse(string text) => RulesFile.Parse("rules.yaml", text);
}
