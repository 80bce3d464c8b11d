using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;
using RpcCollector.Files;

namespace RpcCollector.Options;

/// <summary>Where settings come from, each overriding those before it: appsettings.json, appsettings.{Environment}.json (beside the
/// program, then in the working directory),
/// environment variables, command line.</summary>
internal static class ConfigurationSources
{
    /// <param name="settingArguments">Settings of the command line, as <see cref="SettingArguments"/> took them out.</param>
    /// <param name="withFiles">False to leave out the files.</param>
    /// <exception cref="InvalidDataException">A file is not JSON.</exception>
    /// <exception cref="IOException">A file is no regular file.</exception>
    public static IConfigurationRoot Read(IReadOnlyList<string> settingArguments, bool withFiles = true)
    {
        var builder = new ConfigurationBuilder();
        foreach (var folder in withFiles ? Folders : [])
        {
            // Each file from its own folder: a base path would be that of all.
            var files = Directory.Exists(folder) ? new PhysicalFileProvider(folder) : null;
            foreach (var name in FileNames)
            {
                RegularFile.Check(Path.Combine(folder, name));
                if (files is not null) builder.AddJsonFile(files, name, optional: true, reloadOnChange: false);
            }
        }

        builder.AddEnvironmentVariables();
        builder.AddCommandLine([.. settingArguments]);
        return builder.Build();
    }

    private static IEnumerable<string> Folders =>
        new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() }.Select(Path.TrimEndingDirectorySeparator)
            .Distinct(StringComparer.Ordinal);

    private static string[] FileNames => ["appsettings.json", $"appsettings.{EnvironmentName}.json"];

    /// <summary>The text of all files, to see whether any has changed; a file that cannot be read counts as missing.</summary>
    public static string ReadFiles()
    {
        var texts = new List<string>();
        foreach (var path in Folders.SelectMany(folder => FileNames.Select(name => Path.Combine(folder, name))))
        {
            try
            {
                texts.Add(File.Exists(path) ? RegularFile.ReadAllText(path) : "");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                texts.Add("");
            }
        }

        return string.Join('\0', texts);
    }

    public static string EnvironmentName =>
        Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
            ?? Environments.Production;

    /// <summary>Which source the effective value of a setting comes from.</summary>
    public static string SourceOf(IConfigurationRoot configuration, Setting setting)
    {
        foreach (var provider in configuration.Providers.Reverse())
        {
            if (provider.TryGet(setting.Key, out _) || (setting.IsList && provider.GetChildKeys([], setting.Key).Any()))
                return Name(provider);
        }

        return "default";
    }

    private static string Name(IConfigurationProvider provider) => provider switch
    {
        CommandLineConfigurationProvider => "command line",
        EnvironmentVariablesConfigurationProvider => "environment",
        JsonConfigurationProvider json => json.Source.Path ?? "file",
        _ => provider.ToString() ?? "",
    };
}
