namespace RpcCollector.Captures;

/// <summary>What became of one file.</summary>
internal sealed class CaptureUse(CaptureInput input, CaptureTally whole)
{
    public CaptureInput Input { get; } = input;

    /// <summary>What the file held.</summary>
    public CaptureTally Tally { get; } = new(whole);

    /// <summary>True for a log of whose lines some could be read.</summary>
    public bool HasLines { get; set; }

    /// <summary>What the file is instead of a capture; null when it is one.</summary>
    public string? Foreign { get; private set; }

    /// <summary>True for what is neither a capture, in whatever format, nor a log.</summary>
    public bool IsNoCapture => Tally[CaptureLoss.NotACapture] > 0;

    /// <summary>
    /// True when something in it could be used. What only begins like an export counts where it is most of what there is.
    /// </summary>
    public bool IsUsed => HasLines || Tally.SureExports > 0 || (Tally.Datagrams > 0 && Tally.Datagrams > Others);

    private long Others => Tally.Losses().Sum(entry => entry.Count);

    /// <summary>Notes that it is no capture.</summary>
    public void Refuse(ForeignFile file)
    {
        Foreign = file.Description;
        if (file.Loss is { } loss) Tally.Lose(loss);
    }
}
