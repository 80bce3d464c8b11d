namespace RpcCollector.Store.Inputs;

/// <summary>The segments of a folder, open for reading, the oldest first; and what has the name of one and cannot be used.</summary>
internal sealed class InputFolder : IDisposable
{
    private readonly List<InputSegment> _segments = [];
    private readonly List<(string Name, string Reason)> _refused = [];

    private InputFolder()
    {
    }

    public IReadOnlyList<InputSegment> Segments => _segments;

    /// <summary>Files that are left out as they are, each for itself.</summary>
    public IReadOnlyList<(string Name, string Reason)> Refused => _refused;

    /// <summary>One that is deleted meanwhile is left out.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static InputFolder Open(string folder)
    {
        var opened = new InputFolder();
        try
        {
            foreach (var path in InputName.PathsIn(folder)) opened.Add(path);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var segment in _segments) segment.Dispose();
    }

    private void Add(string path)
    {
        if (TryOpen(path, out var reason) is not { } segment)
        {
            if (reason is not null) _refused.Add((Path.GetFileName(path), reason));
        }
        else if (segment.Refusal is { } refusal)
        {
            _refused.Add((segment.Name, refusal));
            segment.Dispose();
        }
        else
        {
            _segments.Add(segment);
        }
    }

    private static InputSegment? TryOpen(string path, out string? reason)
    {
        reason = null;
        try
        {
            // What a link names was put there by somebody else, and would be cut off, or appended to, in its place.
            if (new FileInfo(path).LinkTarget is null) return InputSegment.Open(path);
            reason = "it is a link";
        }
        catch (FileNotFoundException)
        {
            // Deleted meanwhile.
        }
        catch (UnauthorizedAccessException)
        {
            reason = "it may not be read";
        }
        catch (IOException failure)
        {
            reason = failure.Message.ReplaceLineEndings(" ");
        }

        return null;
    }
}
