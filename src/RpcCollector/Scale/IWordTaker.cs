using RpcCollector.Detection.Wire;

namespace RpcCollector.Scale;

/// <summary>Takes what people said out of the judge's log, in its order. One thread calls it.</summary>
internal interface IWordTaker
{
    /// <summary>Of the deeds that it takes.</summary>
    const string Topic = "said";

    /// <summary>Up to which offset of the log it has taken what people said.</summary>
    long Offset { get; }

    /// <summary>One deed of the topic of words.</summary>
    void Take(in ActHeader header, ReadOnlySpan<byte> content);

    /// <summary>Words came by way of somebody who may not say any.</summary>
    void Refuse();

    /// <summary>The message at an offset has been read.</summary>
    void End(in ActHeader header, long offset);

    /// <summary>The log was made anew: what comes is behind this offset.</summary>
    void GoBackTo(long offset);
}

/// <summary>Why a word is not used: a closed list. The metric label is the name in snake_case.</summary>
internal enum WordRejection
{
    None,

    /// <summary>It is not of the form, or says what cannot be.</summary>
    Malformed,

    UnknownVersion,

    /// <summary>It names a table that does not travel.</summary>
    UnknownTable,

    /// <summary>It is longer than a word may be.</summary>
    TooLong,

    /// <summary>A part of it never came.</summary>
    Incomplete,

    /// <summary>It does not stand where judges alone may write.</summary>
    NotOfAJudge,

    /// <summary>It says something of an incident that is not known here: the rest of it is used.</summary>
    UnknownIncident,

    /// <summary>A file beside the store cannot be written.</summary>
    NotWritten,

    /// <summary>An error of ours.</summary>
    Failed,
}
