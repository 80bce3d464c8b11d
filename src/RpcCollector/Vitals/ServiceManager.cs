using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace RpcCollector.Vitals;

/// <summary>
/// Tells the service manager that started the process how it is (sd_notify(3)): ready, well, stopping. Where none asks, nothing is told.
/// </summary>
/// <remarks>
/// The watchdog is fed while no part is stuck. A part that fails, such as a writer before a full disk, is told in the status and in /readyz
/// but is no reason to be started anew: that would mend nothing, and lose what arrives meanwhile. A part that died ends the process by
/// itself.
/// </remarks>
internal sealed class ServiceManager : IDisposable
{
    private readonly Func<IReadOnlyList<(Heartbeat Heartbeat, PartState State)>> _unwell;
    private readonly Socket? _socket;
    private readonly TimeSpan? _interval;
    private const int MostTries = 25;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private readonly ManualResetEventSlim _ending = new();
    private readonly Lock _lock = new();
    private Thread? _thread;
    private string _status = "";

    /// <param name="socket">NOTIFY_SOCKET: a path, or an abstract name after @; null where no service manager asks.</param>
    /// <param name="watchdog">How often it wants a sign of life; null when it wants none.</param>
    /// <param name="unwell">The parts that are not well now.</param>
    public ServiceManager(string? socket, TimeSpan? watchdog, Func<IReadOnlyList<(Heartbeat Heartbeat, PartState State)>> unwell)
    {
        _unwell = unwell;
        _socket = Connect(socket);

        // Six times as often as it is wanted: a part that is late at one look is not the end of the process.
        _interval = watchdog / 6;
    }

    /// <summary>The one that the environment names.</summary>
    public static ServiceManager OfEnvironment(Heartbeats heartbeats)
    {
        var isOurs = Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } process
            || process.Equals(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var watchdog = isOurs
            && long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out var usec)
            && usec > 0 ? TimeSpan.FromMicroseconds(usec) : (TimeSpan?)null;
        return new ServiceManager(
            Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), watchdog, () => heartbeats.Unwell(Environment.TickCount64));
    }

    /// <summary>The start is over: everything works.</summary>
    /// <param name="status">One line for people.</param>
    public void Ready(string status)
    {
        _status = status;

        SendOnce($"READY=1\nSTATUS={status}");
        if (_socket is null || _interval is null || _thread is not null) return;
        _thread = new Thread(Run) { Name = "service manager", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The end begins.</summary>
    public void Stopping()
    {
        End();
        SendOnce("STOPPING=1\nSTATUS=Stopping");
    }

    /// <summary>One turn: a sign of life, unless a part is stuck.</summary>
    public void Look()
    {
        var unwell = _unwell();
        var status = unwell.Count == 0
            ? _status
            : $"Not ready: {string.Join(", ", unwell.Select(part => $"{part.Heartbeat.Name} is {Word(part.State)}"))}";

        // A sink waits for others: to start again would change nothing.
        var isStuck = unwell.Any(part => part.State == PartState.Stuck && part.Heartbeat.Part != Part.Sink);
        Send(isStuck ? $"STATUS={status}" : $"WATCHDOG=1\nSTATUS={status}");
    }

    public void Dispose()
    {
        End();
        _socket?.Dispose();
        _ending.Dispose();
    }

    private static Socket? Connect(string? name)
    {
        if (name is not { Length: > 1 } || OperatingSystem.IsWindows() || name[0] is not ('/' or '@')) return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(name[0] == '@' ? '\0' + name[1..] : name));

            // Whoever does not read is not waited for.
            socket.Blocking = false;
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static string Word(PartState state) => state switch
    {
        PartState.Stuck => "stuck",
        PartState.Dead => "dead",
        _ => "failing",
    };

    private void Run()
    {
        do Look();
        while (!_ending.Wait(_interval!.Value));
    }

    private void End()
    {
        lock (_lock)
        {
            if (!_ending.IsSet) _ending.Set();
            _thread?.Join();
            _thread = null;
        }
    }

    // What is said once is waited for: a manager that is busy for a moment must hear it.
    private void SendOnce(string state)
    {
        for (var tries = 0; !Send(state) && tries < MostTries; tries++) Thread.Sleep(BetweenTries);
    }

    /// <returns>False when it has gone, or is busy: the next turn tells it again.</returns>
    private bool Send(string state)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(state.ReplaceLineEndings("\n")));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
