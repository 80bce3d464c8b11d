using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>The id under which a contact is published as long as it is held, and how it was published last.</summary>
internal struct ContactRow : IRow
{
    public long Id;

    /// <summary>How sure it was said to be who the client is; refuted: it is not published.</summary>
    public DirectionConfidence Said;

    public int NextFree
    {
        readonly get => (int)Id;
        set => Id = value;
    }
}
