using RpcCollector.Options;

namespace RpcCollector.Names;

/// <summary>The names file as the settings name it.</summary>
internal static class NameFiles
{
    private const string Setting = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Names)}:{nameof(NameOptions.File)}";

    /// <summary>What a start begins with; empty where no file is named.</summary>
    /// <param name="said">Told of rows that cannot be used.</param>
    /// <exception cref="StartupException">The file cannot be used.</exception>
    public static NameFile Load(NameOptions options, Action<NameFileReader>? said = null)
    {
        if (options.File.Length == 0) return NameFile.Empty;
        try
        {
            var reader = NameFileReader.Read(options.File);
            said?.Invoke(reader);
            return reader.File;
        }
        catch (Exception failure) when (IsOfFile(failure))
        {
            throw new StartupException($"{Setting}: '{options.File}' cannot be used: {failure.Message}", failure);
        }
    }

    /// <summary>True for what a file that is wrong or missing makes a reader throw.</summary>
    public static bool IsOfFile(Exception failure) =>
        failure is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
