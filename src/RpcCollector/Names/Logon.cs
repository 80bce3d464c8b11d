using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>What a logon tells, whoever reported it: a machine's account names the client's host, a user's account is a user.</summary>
internal static class Logon
{
    // Longer is no account's name; what comes behind is not copied.
    private const int LongestPart = 256;

    /// <summary>NTLM: DOMAIN\user, and what both ends call themselves.</summary>
    /// <returns>True when it told something.</returns>
    public static bool TakeNtlm(
        NameBook names, HostAddress client, HostAddress server, ReadOnlySpan<byte> domain, ReadOnlySpan<byte> user,
        ReadOnlySpan<byte> clientName, ReadOnlySpan<byte> serverName, bool? succeeded, long atUnixMilliseconds)
    {
        // 1. What a client calls itself counts only once its logon was right: before, anybody may say anything.
        var isUsed = succeeded == true && names.Learn(client, NameSource.Ntlm, clientName, atUnixMilliseconds);
        isUsed |= names.Learn(server, NameSource.Ntlm, serverName, atUnixMilliseconds);

        // 2. Who logged on.
        if (user is [.. var machine, (byte)'$'])
            return (succeeded == true && names.Learn(client, NameSource.Ntlm, machine, atUnixMilliseconds)) || isUsed;
        if (user.IsEmpty || IsNone(user)) return isUsed;
        Span<byte> account = stackalloc byte[(LongestPart * 2) + 1];
        var length = IsNone(domain) ? Join(user, [], 0, account) : Join(domain, user, (byte)'\\', account);
        return names.LearnUser(client, server, NameSource.Ntlm, account[..length], succeeded, [], atUnixMilliseconds) || isUsed;
    }

    /// <summary>Kerberos: user@REALM asked a domain controller for a ticket.</summary>
    /// <param name="service">What the ticket is for, such as cifs/fs-02.corp.example or FS-02$.</param>
    public static bool TakeKerberos(
        NameBook names, HostAddress client, HostAddress controller, ReadOnlySpan<byte> principal, ReadOnlySpan<byte> realm,
        ReadOnlySpan<byte> service, bool? succeeded, long atUnixMilliseconds)
    {
        if (principal is [.. var machine, (byte)'$'])
            return succeeded == true && names.Learn(client, NameSource.Kerberos, machine, atUnixMilliseconds);

        // A service's principal, such as host/fs-02.corp.example, is no user.
        if (IsNone(principal) || principal.Contains((byte)'/')) return false;
        Span<byte> account = stackalloc byte[(LongestPart * 2) + 1];
        var length = IsNone(realm) ? Join(principal, [], 0, account) : Join(principal, realm, (byte)'@', account);
        return names.LearnUser(
            client, controller, NameSource.Kerberos, account[..length], succeeded, TargetOf(service), atUnixMilliseconds);
    }

    /// <summary>The server of a share, as the client called it: \\FS-02\share.</summary>
    public static ReadOnlySpan<byte> ServerOf(ReadOnlySpan<byte> path)
    {
        // Some writers double each backslash.
        if (path is not [(byte)'\\', ..]) return [];
        path = path.TrimStart((byte)'\\');
        var end = path.IndexOf((byte)'\\');
        return end < 0 ? path : path[..end];
    }

    private static ReadOnlySpan<byte> TargetOf(ReadOnlySpan<byte> service)
    {
        if (service is [.. var machine, (byte)'$'] && !machine.Contains((byte)'/')) return machine;
        var slash = service.IndexOf((byte)'/');
        if (slash < 0 || service.StartsWith("krbtgt/"u8)) return [];
        var host = service[(slash + 1)..];
        var end = host.IndexOfAny("/:@"u8);
        return end < 0 ? host : host[..end];
    }

    private static bool IsNone(ReadOnlySpan<byte> value) =>
        value.IsEmpty || value.SequenceEqual("-"u8) || value.SequenceEqual("(empty)"u8) || value.SequenceEqual("<empty>"u8)
        || value.SequenceEqual("NULL"u8);

    /// <summary>What is too long is made longer than any name can be, and is refused for it.</summary>
    private static int Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, byte between, Span<byte> into)
    {
        first = first[..Math.Min(first.Length, LongestPart)];
        second = second[..Math.Min(second.Length, LongestPart)];
        first.CopyTo(into);
        if (between == 0) return first.Length;
        into[first.Length] = between;
        second.CopyTo(into[(first.Length + 1)..]);
        return first.Length + 1 + second.Length;
    }
}
