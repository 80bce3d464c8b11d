namespace RpcCollector.Lab.Synthetic;

/// <summary>What a synthetic exporter speaks; the value is the version on the wire.</summary>
internal enum ExportVersion
{
    NetFlowV5 = 5,
    NetFlowV9 = 9,
    Ipfix = 10,
}
