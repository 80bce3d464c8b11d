using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Wire;

/// <summary>Where the parts of a message for the judge lie; <c>kaitai/rpc_act_message.ksy</c> says what they mean.</summary>
/// <remarks>
/// <code>
/// message = header (64) | change ... | exporter (16) ... | source
/// change  = length of the body (4) | kind (1) | 0 (3) | body
/// </code>
/// A change of the form, another kind of change among them, is another version; a reader refuses those that it does not know.
/// </remarks>
internal static class ActForm
{
    /// <summary>"RACT".</summary>
    public const uint Magic = 0x5443_4152;
    public const ushort Version = 1;

    public const int ChangeHeaderOctets = 8;
    public const int LengthOctets = sizeof(ushort);

    /// <summary>A longer text is cut.</summary>
    public const int MostTextOctets = 1 << 14;

    /// <summary>In the place of the length of a text that is null.</summary>
    public const ushort NoText = ushort.MaxValue;

    /// <summary>In the place of a role that was taken back.</summary>
    public const byte NoRole = byte.MaxValue;

    public const int OperationOctets = 52;
    public const int LeaseOctets = 48;
    public const int VerdictOctets = 68;
    public const int ToldRoleOctets = 26;

    public const byte HasMapper = 1;
    public const byte HasFlow = 2;
    public const byte IsTranslated = 4;
    public const int HalfShift = 3;
    public const byte HalfMask = 3;
    public const byte DirectionMask = 7;

    /// <summary>The most octets that a text can take.</summary>
    public static int MostOctetsOf(string? text) => LengthOctets + Math.Min(3 * (text?.Length ?? 0), MostTextOctets);

    public static bool IsTime(long unixMilliseconds) => WireForm.IsTime(unixMilliseconds);
}
