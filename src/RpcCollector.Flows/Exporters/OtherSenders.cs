namespace RpcCollector.Flows.Exporters;

/// <summary>Who sends exports in a format that is not read: at most <see cref="Capacity"/> senders, unique by address and format.</summary>
/// <remarks>
/// An address that never sent anything readable takes no place among the exporters: anybody can forge it. A new sender takes the place
/// of one that has been quiet for an hour; when there is none, it is counted by reason and not named.
/// </remarks>
internal sealed class OtherSenders
{
    public const int Capacity = 256;

    private const long QuietMilliseconds = 3_600_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(HostAddress Address, Rejection Format), Sender> _senders = [];
    private long _fullUntil;

    /// <summary>Counts a datagram.</summary>
    public void Count(HostAddress address, Rejection format, long arrivalUnixMilliseconds)
    {
        lock (_lock)
        {
            if (!_senders.TryGetValue((address, format), out var sender))
            {
                if (_senders.Count == Capacity && !MakeRoom(arrivalUnixMilliseconds)) return;
                _senders[(address, format)] = sender = new Sender { First = arrivalUnixMilliseconds };
            }

            sender.Datagrams++;
            sender.Last = arrivalUnixMilliseconds;
        }
    }

    /// <summary>A snapshot, ordered by address and format.</summary>
    public IReadOnlyList<OtherSenderStatus> All()
    {
        lock (_lock)
        {
            return
            [
                .. _senders.Select(entry => new OtherSenderStatus(
                        entry.Key.Address, entry.Key.Format, DateTimeOffset.FromUnixTimeMilliseconds(entry.Value.First),
                        DateTimeOffset.FromUnixTimeMilliseconds(entry.Value.Last), entry.Value.Datagrams))
                    .OrderBy(sender => sender.Address).ThenBy(sender => sender.Format),
            ];
        }
    }

    // After a look in vain, the next comes when the one quiet for longest may have become quiet enough, if the clock is not set.
    private bool MakeRoom(long now)
    {
        if (now < _fullUntil && now > _fullUntil - QuietMilliseconds) return false;
        var (quietest, sender) = _senders.MinBy(entry => entry.Value.Last);
        _fullUntil = sender.Last + QuietMilliseconds;
        return now - sender.Last is < 0 or >= QuietMilliseconds && _senders.Remove(quietest);
    }

    private sealed class Sender
    {
        public long First { get; init; }

        public long Last { get; set; }

        public long Datagrams { get; set; }
    }
}

/// <summary>A sender of exports in a format that is not read.</summary>
public sealed record OtherSenderStatus(
    HostAddress Address, Rejection Format, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Datagrams);
