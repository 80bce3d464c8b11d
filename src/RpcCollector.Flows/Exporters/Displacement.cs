namespace RpcCollector.Flows.Exporters;

/// <summary>What made room for others of its kind: a closed list, one counter each.</summary>
public enum Displacement
{
    /// <summary>An exporter of little or no use, of a full table.</summary>
    Exporter,

    /// <summary>An Observation Domain of an exporter that had as many as it may.</summary>
    Domain,

    /// <summary>A Transport Session of an exporter that had as many as it may.</summary>
    Session,

    /// <summary>A Template that was never used, of an exporter that had as many as it may.</summary>
    Template,

    /// <summary>
    /// A selector that was never believed or not described for long, of a session that describes too many; or the newest.
    /// </summary>
    Selector,

    /// <summary>A Data Set that waited for its Template, of a sender that held more than others.</summary>
    WaitingSet,
}
