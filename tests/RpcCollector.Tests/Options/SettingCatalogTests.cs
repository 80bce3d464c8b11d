using System.Globalization;
using RpcCollector.Commands;
using RpcCollector.Options;
using RpcCollector.Tests.Commands;

namespace RpcCollector.Tests.Options;

public class SettingCatalogTests
{
    public static TheoryData<string> Keys => [.. SettingCatalog.Settings.Select(setting => setting.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Setting_explains_itself_and_its_default_is_within_its_bounds(string key)
    {
        var setting = SettingCatalog.Settings.Single(setting => setting.Key == key);

        Assert.EndsWith(".", setting.Meaning);
        Assert.True(
            setting.Type == typeof(bool) || setting.Type == typeof(string) || setting.Type.IsEnum || setting.IsList || setting.Bounds != "",
            "a number has bounds");
        if (setting.IsList) return;
        Assert.True(SettingValue.TryParse(setting, setting.Default, out var value, out var problem), problem);
        Assert.Equal(setting.Default, Setting.Format(value), ignoreCase: false);
    }

    [Fact]
    public void Every_section_is_there_and_no_two_settings_share_a_name()
    {
        Assert.Equal(
            ["Udp", "Tcp", "Zeek", "Suricata", "Names", "Flows", "Detection", "Judgement", "Store", "Metrics", "Http", "Scale", "Sinks"],
            SettingCatalog.Sections);
        Assert.Equal(
            SettingCatalog.Settings.Count,
            SettingCatalog.Settings.Select(setting => setting.EnvironmentName.ToUpper(CultureInfo.InvariantCulture)).Distinct().Count());
        Assert.Contains("RpcCollector__Udp__Listen__0", SettingCatalog.Settings.Select(setting => setting.EnvironmentName));
        Assert.Contains("RpcCollector__Detection__Join__Window", SettingCatalog.Settings.Select(setting => setting.EnvironmentName));
    }

    [Fact]
    public void Documentation_lists_every_setting_as_the_code_declares_it()
    {
        var document = File.ReadAllText(Path.Combine(CollectorProgram.RepositoryRoot(), "docs", "settings.md"));

        var table = document.Split("<!-- settings -->")[1].Split("<!-- /settings -->")[0].Trim();

        Assert.Equal(SettingTable.Markdown().Trim(), table);
    }
}
