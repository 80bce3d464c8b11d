using System.Globalization;
using RpcCollector.Certificates;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store.People;
using RpcCollector.Vitals;

namespace RpcCollector.Http.Access;

/// <summary>
/// Looks every second whether users, tokens or the certificate have changed, and ends logins that are over with what is being told to them.
/// </summary>
internal sealed partial class AccessWatch(
    HttpOptions options, UserBook users, TokenBook tokens, SessionBook sessions, ReloadedCertificate certificate, FailedLogins failed,
    AuditLog audit, AccessGauges gauges, ArrivalClock clock, TimeProvider time, Heartbeats heartbeats, StopDeadline stop,
    ILogger<AccessWatch> logger)
    : BackgroundService
{
    private const string Name = "access watch";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenFlushes = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SoonOver = TimeSpan.FromDays(14);

    private readonly Heartbeat _heartbeat = heartbeats.Add(new Heartbeat(Part.AccessWatch, Name, Heartbeat.OfWriter));
    private bool _isStarted;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (certificate.ExpiresAt is { } end && end - clock.Now < SoonOver) CertificateEnds(logger, end);
        audit.Add(new AuditEntry(0, 0, Who: null, Role: null, "start", From: null, "started", options.Endpoint.ToString(), Guarded()));
        _isStarted = true;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (await stop.EndAsync(Name, StopDeadline.Writers, base.StopAsync, () => ExecuteTask) && _isStarted)
            stop.Do(Name, StopDeadline.Writers, Flush);
    }

    /// <summary>Looks once; for the service itself, and for tests.</summary>
    public void Look()
    {
        Try(() =>
        {
            foreach (var (what, name, detail) in users.Reload()) Changed(what, name, detail);
        });
        Try(() =>
        {
            foreach (var (what, token) in tokens.Reload()) Changed(what, token.Id, $"\"{token.Name}\"");
        });
        sessions.EndOver();
        try
        {
            if (certificate.Reload()) CertificateRead(logger, certificate.ExpiresAt!.Value);
        }
        catch (StartupException wrong)
        {
            CertificateRefused(logger, wrong.Message);
        }
    }

    /// <summary>Writes what is written once a minute.</summary>
    public void Flush()
    {
        failed.Flush();
        tokens.KeepUses();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _heartbeat.RunAsync(async () =>
    {
        var flushed = time.GetTimestamp();
        while (await _heartbeat.DelayAsync(Interval, time, stoppingToken))
        {
            Look();
            if (time.GetElapsedTime(flushed) < BetweenFlushes) continue;
            Flush();
            flushed = time.GetTimestamp();
        }
    }, stoppingToken);

    private void Changed(string what, string target, string? detail) =>
        audit.Add(new AuditEntry(0, 0, Who: null, Role: null, "file", From: null, what, target, detail));

    private void Try(Action look)
    {
        try
        {
            look();
        }
        catch (StartupException wrong)
        {
            gauges.CountFileFailure();
            FileRefused(logger, wrong.Message);
        }
    }

    private string Guarded()
    {
        var who = options.AllowAnonymous ? "everybody may ask" : options.Login == HttpLogin.Always ? "everybody logs in" : "others log in";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{who}; {(certificate.IsOn ? "TLS" : "plain HTTP")}; {users.Count} users, {tokens.Count} tokens, " +
            $"{options.Proxy.Addresses.Length} trusted proxies");
    }

    [LoggerMessage(
        7401, LogLevel.Error, "{Reason}. What the file said before stays in force; a restart would not succeed.")]
    private static partial void FileRefused(ILogger logger, string reason);

    [LoggerMessage(7402, LogLevel.Information, "The certificate of the HTTP port was read again; it is good until {End}.")]
    private static partial void CertificateRead(ILogger logger, DateTimeOffset end);

    [LoggerMessage(7403, LogLevel.Error, "{Reason}. The former certificate stays in use; a restart would not succeed.")]
    private static partial void CertificateRefused(ILogger logger, string reason);

    [LoggerMessage(7404, LogLevel.Warning, "The certificate of the HTTP port is good only until {End}.")]
    private static partial void CertificateEnds(ILogger logger, DateTimeOffset end);
}
