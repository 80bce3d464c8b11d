namespace RpcCollector.Flows.Wire;

/// <summary>
/// Why a message between roles was not used: a closed list, one counter each. The metric label is the name in snake_case.
/// </summary>
public enum WireRejection : byte
{
    None,

    /// <summary>Fewer octets than a header.</summary>
    TooShort,

    /// <summary>More octets than any message may have.</summary>
    TooLong,

    /// <summary>It does not begin as messages of its kind do.</summary>
    WrongMagic,

    /// <summary>A version that this reader does not know.</summary>
    UnknownVersion,

    /// <summary>The parts that its header announces do not make up its octets.</summary>
    WrongLength,

    /// <summary>A name that is empty, or has other signs than visible ASCII.</summary>
    ImpossibleName,

    /// <summary>A time that no clock of arrivals tells: below 0, or beyond 48 bits of milliseconds.</summary>
    ImpossibleTime,

    /// <summary>An index beyond the end of its table.</summary>
    IndexOutOfTable,

    /// <summary>A value that its field cannot have.</summary>
    UnknownValue,

    /// <summary>Octets that are to be 0 are not: they mean something that this reader does not know.</summary>
    ReservedInUse,
}
