namespace RpcCollector.Detection.Tables;

/// <summary>The id under which a contact is published as long as it is held.</summary>
internal struct ContactRow : IRow
{
    public long Id;

    public int NextFree
    {
        readonly get => (int)Id;
        set => Id = value;
    }
}
