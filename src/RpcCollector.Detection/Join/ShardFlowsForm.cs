namespace RpcCollector.Detection.Join;

/// <summary>How the flows that shards hold are written at a planned end.</summary>
/// <remarks>
/// <code>
/// saved    = "RpcFlows" (8) | version (1) | saved at (8) | mapper flow ... | 0 | endpoint flow ... | 0 | contact ... | 0
///            | translation ... | 0
/// flow     = 1 | age | client | server | ports | start | duration | lead | trail | octets | TCP flags
///            | halves and what speaks for the direction | which half came first and what speaks against the direction
///            | marks | witness | activity
/// witness  = number, the first time followed by: exporters | sampling interval
///            | exporter that counted | its sampling interval | resolution | clock key | several clocks
///            | exporter of the clock | correction
/// activity = 0, or 1 | id, of a contact how sure its direction was said to be
///            | of an endpoint flow: basis, and unless that is known-endpoint: mapper flow as it was told last
///            | its number + 1, 0 when it was let go
/// translation = 1 | age | ends as they are seen | true ends | start | duration | clock key | resolution | exporter
///            | which ends are stated to be the client
/// </code>
/// Those of all shards are one list of each kind, the latest arrival first: whoever reads it may have another number of shards. Mapper
/// flows are numbered from 0 on.
/// Those that a shard holds of other shards' clients are left out: they follow from the others. A change of the form is another version;
/// those before are read too. Version 2 had no translations. Version 1 had only one octet about the direction, 2 where a record had stated
/// it, and nothing said of a contact's. Version 3 did not say who counted. Until version 4 no flow
/// stood for its mirror. A flow that was refused is one of no half.
/// </remarks>
internal static class ShardFlowsForm
{
    public const ulong Magic = 0x7377_6F6C_4663_7052;
    public const byte Version = 5;
    public const byte VersionWithoutCounters = 3;
    public const byte VersionWithoutTranslations = 2;
    public const byte FirstVersion = 1;

    public const byte End = 0;
    public const byte Flow = 1;

    /// <summary>Beside the marks of a flow: several clocks told of the flows of its pair.</summary>
    public const byte SeveralClocksMark = 0x10;
    public const byte MarksMask = 0x0F;
    public const byte HalfMask = 3;
    public const int ForShift = 2;

    /// <summary>Of the octet that says which half came first: those timed, those first, and what speaks against the direction.</summary>
    public const int FirstShift = 2;
    public const int AgainstShift = 4;
    public const byte EvidenceMask = 3;
}
