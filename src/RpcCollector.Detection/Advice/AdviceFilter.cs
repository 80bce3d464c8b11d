namespace RpcCollector.Detection.Advice;

/// <summary>A filter to paste, filled in for one finding.</summary>
/// <param name="Place">The host whose events it reads; null when it reads traffic.</param>
/// <param name="Text">The filter or command itself; it may have several lines.</param>
/// <param name="Note">What must be known to use it.</param>
public sealed record AdviceFilter(AdviceTool Tool, AdvicePlace? Place, string Text, string Note);

/// <summary>Into what a filter is pasted.</summary>
public enum AdviceTool : byte
{
    /// <summary>Wireshark's display filter.</summary>
    Wireshark = 1,

    Tshark = 2,

    /// <summary>Zeek's logs in columns.</summary>
    ZeekColumns = 3,

    /// <summary>Zeek's logs in JSON.</summary>
    ZeekJson = 4,

    /// <summary>Kibana query language on flows in ECS.</summary>
    KibanaFlows = 5,

    /// <summary>Kibana query language on Windows events in ECS.</summary>
    KibanaEvents = 6,

    /// <summary>Splunk on flows, fields as the Common Information Model names them.</summary>
    SplunkFlows = 7,

    /// <summary>Splunk on Windows events.</summary>
    SplunkEvents = 8,

    PowerShell = 9,
}
