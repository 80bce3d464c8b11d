using RpcCollector.Options;

namespace RpcCollector.Captures;

/// <summary>A file to read; one that a person named must be a capture, one found in a folder may be something else.</summary>
internal readonly record struct CaptureInput(string Path, bool IsNamed)
{
    /// <summary>What a person named: the file itself, or a folder above it.</summary>
    public string Argument { get; init; } = Path;

    /// <summary>
    /// The files that arguments name: each file itself, each folder's files and those below it, in the order of their names.
    /// </summary>
    /// <exception cref="StartupException">There is no such file or folder, or it cannot be listed.</exception>
    public static List<CaptureInput> Find(IEnumerable<string> arguments)
    {
        var inputs = new List<CaptureInput>();
        foreach (var argument in arguments)
        {
            if (!Directory.Exists(argument))
            {
                inputs.Add(new CaptureInput(argument, IsNamed: true));
                continue;
            }

            try
            {
                var files = Directory.GetFiles(argument, "*", SearchOption.AllDirectories);
                Array.Sort(files, StringComparer.Ordinal);
                inputs.AddRange(files.Select(file => new CaptureInput(file, IsNamed: false) { Argument = argument }));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"{argument}: {e.Message}", e);
            }
        }

        return inputs;
    }
}
