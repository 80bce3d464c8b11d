using RpcCollector.Flows;
using RpcCollector.Http.Access;
using RpcCollector.Options;
using RpcCollector.Store.People;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Http.Access;

/// <summary>Guessing becomes slow, whoever guesses from wherever, and nobody is locked out by it.</summary>
public sealed class LoginThrottleTests
{
    private static readonly HostAddress Guesser = HostAddress.Parse("192.0.2.66");
    private static readonly HostAddress Home = HostAddress.Parse("192.0.2.7");

    private readonly ManualTime _time = new();
    private readonly LoginThrottle _throttle;

    public LoginThrottleTests() => _throttle = new LoginThrottle(_time);

    [Fact]
    public void One_client_guesses_at_one_name_five_times_and_then_once_a_minute()
    {
        Assert.Equal(5, Tries(1_000, () => Guesser, () => "ada"));

        var day = 0;
        for (var second = 0; second < 86_400; second++)
        {
            _time.Now += TimeSpan.FromSeconds(1);
            if (_throttle.TryBegin(Guesser, "ada", out _)) day++;
        }

        // Once a minute, but for the first ones that come sooner.
        Assert.InRange(day, 1_430, 1_450);
    }

    [Fact]
    public void One_client_guesses_at_many_names_twenty_times_and_then_once_a_minute_at_most()
    {
        var number = 0;

        Assert.Equal(20, Tries(1_000, () => Guesser, () => $"user{number++}"));
    }

    [Fact]
    public void Many_clients_guess_at_one_name_thirty_times_and_then_every_two_seconds()
    {
        var number = 0u;
        Assert.Equal(30, Tries(1_000, () => HostAddress.FromIPv4(0x0A000000 + number++), () => "ada"));

        var minute = 0;
        for (var tenth = 0; tenth < 600; tenth++)
        {
            _time.Now += TimeSpan.FromMilliseconds(100);
            if (_throttle.TryBegin(HostAddress.FromIPv4(0x0A000000 + number++), "ada", out _)) minute++;
        }

        Assert.InRange(minute, 29, 31);
    }

    [Fact]
    public void Whoever_is_meant_logs_in_from_elsewhere_at_once_and_a_minute_later_from_the_same_address()
    {
        Tries(1_000, () => Guesser, () => "ada");

        Assert.True(_throttle.TryBegin(Home, "ada", out _));
        Assert.False(_throttle.TryBegin(Guesser, "ada", out var wait));
        Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        _time.Now += TimeSpan.FromMinutes(1);
        Assert.True(_throttle.TryBegin(Guesser, "ada", out _));
    }

    [Fact]
    public void Who_has_logged_in_from_there_before_is_not_held_up_by_what_others_try()
    {
        _throttle.Know(Home, "ada");
        var (number, client) = (0, 0u);
        Tries(1_000, () => Home, () => $"user{number++}");
        Tries(1_000, () => HostAddress.FromIPv4(0x0A000000 + client++), () => "ada");

        Assert.True(_throttle.TryBegin(Home, "ada", out _));
    }

    [Fact]
    public void Guesser_with_a_login_of_his_own_gains_nothing_by_it()
    {
        var guesses = 0;
        for (var i = 0; i < 1_000; i++)
        {
            if (_throttle.TryBegin(Guesser, $"user{i}", out _)) guesses++;
            if (_throttle.TryBegin(Guesser, "mallory", out _)) _throttle.Succeed(Guesser, "mallory");
        }

        Assert.Equal(20, guesses);
    }

    [Fact]
    public void Tries_that_run_at_the_same_time_count_each()
    {
        // None of them has come to an end.
        var begun = 0;
        Parallel.For(0, 1_000, _ =>
        {
            if (_throttle.TryBegin(Guesser, "ada", out var wait) && wait <= TimeSpan.Zero) Interlocked.Increment(ref begun);
        });

        Assert.Equal(5, begun);
    }

    [Fact]
    public async Task Thousand_failed_logins_cost_few_comparisons_and_few_lines_and_the_user_logs_in_meanwhile()
    {
        await using var server = await HttpServer.StartAsync(http => http.Login = HttpLogin.Always, People.Write);

        var statuses = new List<int>();
        for (var i = 0; i < 1_000; i++)
        {
            var answer = await server.TryAsync(i % 2 == 0 ? "ada" : $"user{i}", "guessed", from: "127.0.0.66");
            statuses.Add(answer.Status);
            if (answer.Status == 429) Assert.Contains("Retry-After: ", answer.Head, StringComparison.Ordinal);
        }

        Assert.All(statuses, status => Assert.True(status is 401 or 429, $"{status}"));
        Assert.Equal(statuses.Count(status => status == 401), server.Gauges.Logins(LoginOutcome.Failed));
        Assert.InRange(server.Gauges.Logins(LoginOutcome.Failed), 20, 25);
        Assert.Equal(200, (await server.TryAsync("ada", People.Password, from: "127.0.0.7")).Status);

        server.Get<AccessWatch>().Flush();
        var lines = server.Get<AuditStore>().Read(new AuditQuery(What: FailedLogins.What, Limit: 1_000));
        Assert.InRange(lines.Count, 2, 25);
        Assert.Contains(lines, line => line.Target == "ada" && line.From == "127.0.0.66");
        Assert.Contains(lines, line => line.Detail == $"{statuses.Count(status => status == 429)} tries were too early and not looked at");
    }

    private int Tries(int count, Func<HostAddress> client, Func<string> name) =>
        Enumerable.Range(0, count).Count(_ => _throttle.TryBegin(client(), name(), out var _));
}
