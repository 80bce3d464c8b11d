using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RpcCollector.Transport;

/// <summary>Ends the wait of the thread that reads a socket (eventfd(2), poll(2)).</summary>
internal sealed unsafe class LinuxEvent : IDisposable
{
    private readonly SafeFileHandle _event;

    public LinuxEvent()
    {
        var descriptor = LinuxSocket.CreateEvent(0, LinuxSocket.EventNonBlocking | LinuxSocket.EventCloseOnExec);
        if (descriptor < 0) throw new SocketException(Marshal.GetLastPInvokeError());
        _event = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>From any thread.</summary>
    public void Set()
    {
        ulong one = 1;

        // The write can only fail when the event's counter is at its limit, and then the event is set anyway.
        _ = LinuxSocket.Write(_event, &one, sizeof(ulong));
    }

    /// <summary>
    /// Waits until the socket has something to read, the event is set, or the time is over. Resets the event if it was set.
    /// </summary>
    public void WaitFor(SafeHandle socket, int milliseconds)
    {
        var entries = stackalloc LinuxSocket.PollEntry[2];
        entries[0] = new LinuxSocket.PollEntry { Descriptor = (int)socket.DangerousGetHandle(), Events = LinuxSocket.PollIn };
        entries[1] = new LinuxSocket.PollEntry { Descriptor = (int)_event.DangerousGetHandle(), Events = LinuxSocket.PollIn };

        // A signal ends it early, which does no harm.
        if (LinuxSocket.Poll(entries, 2, milliseconds) <= 0 || entries[1].Happened == 0) return;
        ulong count;
        _ = LinuxSocket.Read(_event, &count, sizeof(ulong));
    }

    public void Dispose() => _event.Dispose();
}
