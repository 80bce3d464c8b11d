using System.Globalization;
using System.Text.Json;
using RpcCollector.Store.People;

namespace RpcCollector.Http.Access;

/// <summary>Keeps failed logins in the audit log and says them in the log, a few lines a minute whatever somebody tries.</summary>
internal sealed partial class FailedLogins(AuditLog audit, ILogger<FailedLogins> logger)
{
    public const string What = "login-failed";

    // Of one minute; the rest is one line.
    private const int MaxPairs = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string? From, string Name), int> _again = [];
    private int _others;
    private int _refused;

    /// <summary>Name or password were wrong.</summary>
    public void Add(string? from, string name)
    {
        lock (_lock)
        {
            if (_again.TryGetValue((from, name), out var count))
            {
                _again[(from, name)] = count + 1;
                return;
            }

            if (_again.Count >= MaxPairs)
            {
                _others++;
                return;
            }

            _again.Add((from, name), 0);
        }

        audit.Add(Entry(from, name, "name or password was wrong"));
    }

    /// <summary>It was tried too often, and not looked at.</summary>
    public void AddRefused()
    {
        lock (_lock) _refused++;
    }

    /// <summary>Says what a minute has brought beyond what was said at once.</summary>
    public void Flush()
    {
        List<((string? From, string Name) Pair, int Count)> again;
        int others, refused;
        lock (_lock)
        {
            again = [.. _again.Where(pair => pair.Value > 0).Select(pair => (pair.Key, pair.Value))];
            (others, refused) = (_others, _refused);
            _again.Clear();
            (_others, _refused) = (0, 0);
        }

        foreach (var ((from, name), count) in again) audit.Add(Entry(from, name, Invariant($"{count} times more within a minute")));
        if (others > 0) audit.Add(Entry(from: null, name: null, Invariant($"{others} more with other names or from other addresses")));
        if (refused > 0) audit.Add(Entry(from: null, name: null, Invariant($"{refused} tries were too early and not looked at")));
        var all = again.Sum(pair => pair.Count) + others;
        if (all + refused > 0) Many(logger, all, refused, again.Count > 0 ? JsonEncodedText.Encode(again[0].Pair.Name).ToString() : "");
    }

    private static AuditEntry Entry(string? from, string? name, string detail) =>
        new(0, 0, Who: null, Role: null, "none", from, What, name, detail);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(
        7301, LogLevel.Warning,
        "{Failed} logins more have failed within a minute, and {Refused} were too early to be looked at; one of the names was \"{Name}\".")]
    private static partial void Many(ILogger logger, int failed, int refused, string name);
}
