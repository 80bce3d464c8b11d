namespace RpcCollector.Captures;

/// <summary>Why a file is not read as a log of Zeek or Suricata: a closed list.</summary>
internal enum LogObstacle : byte
{
    /// <summary>It is read.</summary>
    None,

    /// <summary>Nothing in it looks like a log.</summary>
    NotALog,

    /// <summary>A log of Zeek's that is not used.</summary>
    OtherLog,

    /// <summary>Compressed in a way that is not read.</summary>
    Bzip2,

    /// <summary>Compressed in a way that is not read.</summary>
    Xz,

    /// <summary>Text of two octets a character, as Windows writes it.</summary>
    Utf16,

    /// <summary>All records in one JSON array, instead of one object a line.</summary>
    JsonArray,

    /// <summary>Something stands before each object, as syslog writes it.</summary>
    TextBeforeObject,

    /// <summary>Several objects on one line.</summary>
    SeveralObjects,

    /// <summary>Columns without the header that names them.</summary>
    NoHeader,
}

/// <summary>Tells people what to do about it.</summary>
internal static class LogObstacles
{
    /// <summary>A sentence's end: why it is not read, and what to do.</summary>
    public static string Meaning(this LogObstacle obstacle) => obstacle switch
    {
        LogObstacle.OtherLog => "a log of Zeek's that is not used (conn.log, conn_red.log and dce_rpc.log are)",
        LogObstacle.Bzip2 => "compressed with bzip2, which is not read (gzip and zstd are): decompress it first, with bunzip2",
        LogObstacle.Xz => "compressed with xz, which is not read (gzip and zstd are): decompress it first, with unxz",
        LogObstacle.Utf16 => "text in UTF-16, which is not read: convert it first, with iconv -f UTF-16 -t UTF-8",
        LogObstacle.JsonArray => "one JSON array, where one object a line is read: convert it first, with jq -c '.[]'",
        LogObstacle.TextBeforeObject =>
            "a log with text before each JSON object, as syslog writes it: cut it off first, with sed 's/^[^{]*//'",
        LogObstacle.SeveralObjects => "a log with several JSON objects on a line, where one a line is read: convert it first, with jq -c .",
        LogObstacle.NoHeader =>
            "a log of columns without its header: put the lines that begin with # at the top of Zeek's file before it",
        _ => "no log of Zeek or Suricata",
    };
}
