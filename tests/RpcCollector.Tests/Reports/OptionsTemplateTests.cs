namespace RpcCollector.Tests.Reports;

/// <summary>Folder 03: padding ends a Set of Templates, and Options Templates have any scopes and perhaps no options.</summary>
public class OptionsTemplateTests
{
    [Theory]
    [InlineData("four-padded-then-options.pcap", 5, 1, 0)]
    [InlineData("four-then-options.pcap", 5, 1, 0)]
    [InlineData("options-scope-length-3-then-good.pcap", 1, 0, 1)]
    [InlineData("options-with-no-option-fields.pcap", 3, 1, 0)]
    [InlineData("scope-element-length-0.pcap", 2, 1, 0)]
    public void Options_templates_of_any_shape_are_read_or_counted(string file, int templates, int optionsRecords, int malformed)
    {
        var replay = ReportReplay.Of("03-v9-templates-then-options-template", file);

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.Equal(
            (templates, optionsRecords, malformed),
            (replay.Count("templates"), replay.Count("options_records"), replay.Rejected("malformed_template")));
        Assert.Equal((4, 0), (replay.Count("data_records"), replay.Rejected("missing_template")));
    }
}
