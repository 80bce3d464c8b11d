using System.Text;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>Writes all settings as the README's table.</summary>
internal static class SettingTable
{
    public static string Markdown()
    {
        var text = new StringBuilder("| setting | default | unit | bounds | meaning |\n|---|---|---|---|---|\n");
        foreach (var setting in SettingCatalog.Distinct)
        {
            var key = setting.Key[(CollectorOptions.RootSection.Length + 1)..];
            var value = setting.Default == "" ? "" : $"`{setting.Default}`";
            text.Append(
                $"| `{key}` | {value} | {setting.Unit} | {setting.Bounds} | " +
                $"{setting.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        return text.ToString();
    }
}
