using System.Runtime.InteropServices;

namespace RpcCollector.Transport;

/// <summary>
/// The part of Linux's socket interface that .NET does not offer, as 64-bit systems lay it out (recvmmsg(2), recvmsg(2), socket(7),
/// cmsg(3)).
/// </summary>
internal static unsafe partial class LinuxSocket
{
    public const int SolSocket = 1;
    public const int SoReusePort = 15;
    public const int SoRcvBufForce = 33;
    public const int SoRxqOvfl = 40;

    public const int SoSndBufForce = 32;

    public const int SolIP = 0;
    public const int IPPacketInfo = 8;
    public const int IPTransparent = 19;

    public const int SolIPv6 = 41;
    public const int IPv6Checksum = 7;
    public const int IPv6PacketInfo = 50;
    public const int IPv6Transparent = 75;

    public const int SolUdp = 17;
    public const int UdpSegment = 103;

    public const int MsgTrunc = 0x20;
    public const int MsgDontWait = 0x40;

    public const short PollIn = 1;
    public const short PollOut = 4;

    // O_NONBLOCK and O_CLOEXEC, as x86-64 and ARM64 number them.
    public const int EventNonBlocking = 0x800;
    public const int EventCloseOnExec = 0x8_0000;

    public const int InterruptedError = 4;
    public const int InputOutputError = 5;
    public const int WouldBlockError = 11;
    public const int NoMemoryError = 12;
    public const int InvalidArgumentError = 22;
    public const int MessageTooLongError = 90;
    public const int NetworkDownError = 100;
    public const int NetworkUnreachableError = 101;
    public const int HostDownError = 112;
    public const int HostUnreachableError = 113;
    public const int NoBuffersError = 105;
    public const int ConnectionRefusedError = 111;

    public const ushort InterNetworkV6 = 10;

    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian;

    // The timeout is always null, because this call never waits.
    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int ReceiveMany(SafeHandle socket, MessageHeader* headers, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int SendMany(SafeHandle socket, MessageHeader* headers, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int CreateEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint Read(SafeHandle file, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial nint Write(SafeHandle file, void* buffer, nuint length);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    /// <summary>struct mmsghdr: a struct msghdr, padded to 56 octets, and the length received.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct MessageHeader
    {
        [FieldOffset(0)]
        public byte* Name;

        [FieldOffset(8)]
        public uint NameLength;

        [FieldOffset(16)]
        public IOVector* Vectors;

        [FieldOffset(24)]
        public nuint NumVectors;

        [FieldOffset(32)]
        public byte* Control;

        [FieldOffset(40)]
        public nuint ControlLength;

        [FieldOffset(48)]
        public int Flags;

        [FieldOffset(56)]
        public uint Received;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IOVector
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct cmsghdr with a 16-bit value, the length of the segments (UDP_SEGMENT, udp(7)); padded to eight octets.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 24)]
    public struct SegmentControl
    {
        public nuint Length;
        public int Level;
        public int Type;
        public ushort Octets;
    }

    /// <summary>struct cmsghdr with struct in_pktinfo, whose second member is the address to send from (ip(7)).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    public struct SourceControl
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Interface;
        public uint Source;
        public uint Destination;
    }

    /// <summary>struct cmsghdr with struct in6_pktinfo: the address to send from, and an interface (ipv6(7)).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 40)]
    public struct SourceControlV6
    {
        public nuint Length;
        public int Level;
        public int Type;
        public ulong SourceHigh;
        public ulong SourceLow;
        public uint Interface;
    }

    /// <summary>struct cmsghdr with the 32 bits that SO_RXQ_OVFL reports.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OverflowControl
    {
        public nuint Length;
        public int Level;
        public int Type;
        public uint Drops;
    }
}
