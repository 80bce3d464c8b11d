using System.Runtime.InteropServices;

namespace RpcCollector.Transport;

/// <summary>The part of Linux's socket interface that .NET does not offer, as 64-bit systems lay it out (recvmmsg(2), recvmsg(2), socket(7), cmsg(3)).</summary>
internal static unsafe partial class LinuxSocket
{
    public const int SolSocket = 1;
    public const int SoRcvTimeo = 20;
    public const int SoRcvBufForce = 33;
    public const int SoRxqOvfl = 40;

    public const int MsgTrunc = 0x20;
    public const int MsgDontWait = 0x40;

    /// <summary>Waits for the first datagram only.</summary>
    public const int MsgWaitForOne = 0x1_0000;

    public const int InterruptedError = 4;
    public const int WouldBlockError = 11;
    public const int NoMemoryError = 12;
    public const int NoBuffersError = 105;
    public const int ConnectionRefusedError = 111;

    public const ushort InterNetworkV6 = 10;

    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian;

    // The timeout is null: the kernel looks at it only after a datagram has come.
    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int ReceiveMany(SafeHandle socket, MessageHeader* headers, uint count, int flags, nint timeout);

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

    /// <summary>struct cmsghdr with the 32 bits that SO_RXQ_OVFL tells.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OverflowControl
    {
        public nuint Length;
        public int Level;
        public int Type;
        public uint Drops;
    }
}
