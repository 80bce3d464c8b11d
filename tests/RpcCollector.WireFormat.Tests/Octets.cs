namespace RpcCollector.WireFormat.Tests;

/// <summary>Messages written by hand: hexadecimal digits, white space where it helps.</summary>
internal static class Octets
{
    public static byte[] Of(params string[] hex) =>
        Convert.FromHexString(string.Concat(string.Concat(hex).Where(character => !char.IsWhiteSpace(character))));

    public static KaitaiStream Stream(params string[] hex) => new(Of(hex));
}
