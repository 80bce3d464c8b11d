namespace RpcCollector.EndToEnd.Tests.Programs;

/// <summary>The built laboratory, which makes data as large as a test wants it.</summary>
internal static class LabProgram
{
    /// <summary>Fills a data folder with made-up findings, each client's an incident, and activities.</summary>
    public static async Task FillAsync(string folder, int findings, int activities = 0)
    {
        var form = new DirectoryInfo(AppContext.BaseDirectory);
        var program =
            Path.Combine(
                SharedData.RepositoryRoot(), "src", "RpcCollector.Lab", "bin", form.Parent!.Name, form.Name, "RpcCollector.Lab.dll");
        Assert.True(File.Exists(program), $"'{program}' has not been built.");
        string[] arguments =
        [
            program, "fill", folder, "--findings", findings.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--incidents", (findings / 10).ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--activities", activities.ToString(System.Globalization.CultureInfo.InvariantCulture), "--days", "5",
        ];
        await using var process = ChildProcess.Start("dotnet", arguments, Path.GetTempPath());
        Assert.True(await process.WaitForExitAsync() == 0, process.Transcript);
    }
}
