using RpcCollector.Accounts;
using RpcCollector.Flows;

namespace RpcCollector.Http.Access;

/// <summary>Lets people log in by name and password, at a bounded price whatever somebody tries.</summary>
internal sealed class Logins : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Each takes a core for a quarter of a second: half of the cores stay with the flows.
    private readonly RequestSlots _turn = new(Math.Max(1, Environment.ProcessorCount / 2), Patience);

    private readonly UserBook _users;
    private readonly SessionBook _sessions;
    private readonly FirstAdmin _first;
    private readonly LoginThrottle _throttle;
    private readonly FailedLogins _failed;
    private readonly AccessGauges _gauges;
    private readonly AuditLog _audit;

    public Logins(
        UserBook users, SessionBook sessions, FirstAdmin first, LoginThrottle throttle, FailedLogins failed, AccessGauges gauges,
        AuditLog audit)
    {
        (_users, _sessions, _first, _throttle, _failed, _gauges, _audit) =
            (users, sessions, first, throttle, failed, gauges, audit);

        // Who had logged in before the restart has done so from there.
        foreach (var (name, address) in sessions.Known)
        {
            if (System.Net.IPAddress.TryParse(address, out var known)) throttle.Know(Client.Of(known), name);
        }
    }

    /// <summary>Compares name and password, and begins a session.</summary>
    /// <exception cref="IOException">The session cannot be kept.</exception>
    public async Task<LoginResult> LogInAsync(HttpContext context, string name, string password)
    {
        var client = Client.Of(context);
        if (!_throttle.TryBegin(client, name, out var wait)) return Refuse(wait);
        if (!await EnterAsync(context, client, name)) return Refuse(TimeSpan.FromSeconds(1));
        bool isRight;
        LocalUser? user;
        try
        {
            user = _users.Find(name);
            var hash = user?.Hash ?? _users.HashFor(name);
            isRight = PasswordHash.Verify(password, hash) && user is not null;
        }
        finally
        {
            _turn.Leave();
        }

        var from = Caller.Of(context).Address?.ToString();
        if (!isRight)
        {
            _gauges.CountLogin(LoginOutcome.Failed);
            _failed.Add(from, name);
            return LoginResult.Wrong;
        }

        _throttle.Succeed(client, name);
        return Begin(context, user!, from, "login");
    }

    /// <summary>Makes somebody the first admin, by the link that the log has.</summary>
    /// <exception cref="IOException">The user cannot be kept.</exception>
    public async Task<LoginResult> BeginFirstAsync(HttpContext context, string link, string name, string password)
    {
        var client = Client.Of(context);
        if (!_throttle.TryBegin(client, "", out var wait)) return Refuse(wait);
        if (!await EnterAsync(context, client, "")) return Refuse(TimeSpan.FromSeconds(1));
        var from = Caller.Of(context).Address?.ToString();
        LocalUser? user;
        try
        {
            if (_first.TryTake(link) is not { } taken)
            {
                _gauges.CountLogin(LoginOutcome.Failed);
                _failed.Add(from, "(first admin)");
                return LoginResult.Wrong;
            }

            try
            {
                user = _users.AddFirst(name, password);
            }
            catch
            {
                _first.GiveBack(taken);
                throw;
            }
        }
        finally
        {
            _turn.Leave();
        }

        if (user is null) return LoginResult.Wrong;
        _throttle.Succeed(client, "");
        return Begin(context, user, from, "first-admin");
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask<bool> EnterAsync(HttpContext context, HostAddress client, string name)
    {
        if (await _turn.EnterAsync(client, context.RequestAborted)) return true;
        _throttle.TakeBack(client, name);
        return false;
    }

    private LoginResult Begin(HttpContext context, LocalUser user, string? from, string what)
    {
        // A former login of the same browser ends: nobody can have put in a cookie that becomes worth something.
        if (Person.Of(context).Session is { } former) _sessions.End(former);
        var (session, secret) = _sessions.Begin(user, from);
        SessionCookie.Write(context, secret);
        var person = new Person(user.Name, user.Role, AccessMeans.Password)
        {
            Session = session,
            AntiForgery = AntiForgery.OfSession(secret),
            ExpiresAt = _sessions.ExpiryOf(session),
            Ended = session.Ended,
        };
        context.Features.Set(person);
        _gauges.CountLogin(LoginOutcome.Succeeded);
        _audit.Add(context, what, user.Name);
        return new LoginResult(person, RetryAfter: null);
    }

    private LoginResult Refuse(TimeSpan wait)
    {
        _gauges.CountRefused(HttpRefusal.TooManyLogins);
        _gauges.CountLogin(LoginOutcome.Refused);
        _failed.AddRefused();
        return new LoginResult(Person: null, wait);
    }
}

/// <summary>What came of a login.</summary>
/// <param name="Person">Null when it has failed.</param>
/// <param name="RetryAfter">How long to wait before the next try, where that was too early.</param>
internal sealed record LoginResult(Person? Person, TimeSpan? RetryAfter)
{
    public static LoginResult Wrong { get; } = new(Person: null, RetryAfter: null);
}
