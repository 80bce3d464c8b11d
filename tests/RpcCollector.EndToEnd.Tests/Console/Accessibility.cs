using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>What axe says of a page: nothing serious or critical.</summary>
internal static class Accessibility
{
    public static async Task AssertFineAsync(IPage page, string name)
    {
        var result = await page.RunAxe();
        var grave = result.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id} ({violation.Impact}): {violation.Help}: {node.Html}"))
            .ToList();
        Assert.True(grave.Count == 0, $"{name}:\n{string.Join('\n', grave)}");
    }
}
