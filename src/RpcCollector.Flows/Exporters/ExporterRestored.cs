namespace RpcCollector.Flows.Exporters;

/// <summary>What became of an exporter that was kept from an earlier process.</summary>
public enum ExporterRestored
{
    Taken,

    /// <summary>It is not allowed any more, or has been silent for longer than Templates are kept.</summary>
    Over,

    /// <summary>There are as many as there may be; another process may have room for it.</summary>
    NoRoom,
}
