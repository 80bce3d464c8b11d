namespace RpcCollector.Detection.Judgement.Journal;

/// <summary>How the journal of the judge's inputs is written: in chunks that each can be read alone.</summary>
/// <remarks>
/// <code>
/// chunk  = "RpcInput" (8) | version (1) | offset (8) | turn ...
/// turn   = 1 | arrival | input ... | 0
/// input  = 2 activity | 3 contact | 4 operation | 5 verdict | 6 arrival that the clock was set back to | 7 lease | 8 told role
///        | 9 position in a log
/// </code>
/// The offset is the number of inputs taken before the chunk since ever; the end of a turn, at which time passes, is one of them. Arrivals
/// are told by their difference to the one before, all other times by their difference to the arrival. Exporters are named by address the
/// first time in a chunk, and by number from then on.
/// A change of the form is another version. Version 3 had no positions, version 2 no told roles, version 1 no leases and no periods of a
/// verdict; all are read too.
/// </remarks>
internal static class JournalForm
{
    public const ulong Magic = 0x7475_706E_4963_7052;
    public const byte Version = 4;

    /// <summary>The same without positions in a log.</summary>
    public const byte VersionWithoutPositions = 3;

    /// <summary>The same without told roles.</summary>
    public const byte VersionWithoutToldRoles = 2;

    /// <summary>The same without leases and without periods of verdicts.</summary>
    public const byte VersionWithoutLeases = 1;

    /// <summary>In the place of a role that was taken back.</summary>
    public const byte NoRole = 0xFF;

    public const int HeaderOctets = 17;

    /// <summary>Unix milliseconds: no time that a shard or the clock of arrivals tells lies beyond 48 bits.</summary>
    public const long EndOfTime = 1L << 48;

    public const byte HasMapper = 4;
    public const byte HasEndpoint = 8;
    public const byte KindMask = 3;
    public const byte HalfMask = 3;
    public const int DirectionShift = 2;
}
