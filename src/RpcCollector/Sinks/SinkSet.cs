using System.Globalization;
using RpcCollector.Flows.Time;
using RpcCollector.Options;

namespace RpcCollector.Sinks;

/// <summary>All sinks of the settings, in their order.</summary>
internal sealed class SinkSet
{
    private readonly SinkTools _tools;

    /// <exception cref="StartupException">A file that the settings name cannot be used: one line for each.</exception>
    public SinkSet(IReadOnlyList<SinkOptions> options, SinkReader reader, SinkTools tools)
    {
        _tools = tools;
        reader.Outbox.HasFindings = options.Any(sink => sink.Kind != SinkKind.None && sink.TellsFindings);
        Runners = Each(options, (sink, files) => Runner(sink, files, reader, tools));
    }

    public IReadOnlyList<SinkRunner> Runners { get; }

    public SinkRunner? Find(string name) =>
        Runners.FirstOrDefault(runner => runner.Status.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Tells an example by a connection of its own, so that what waits is not disturbed.</summary>
    public Task<SinkFailure?> TestAsync(SinkRunner runner, CancellationToken stopping) =>
        TestAsync(runner.Options, $"{nameof(CollectorOptions.Sinks)} ({runner.Status.Name})", _tools, stopping);

    /// <summary>The same without a running appliance.</summary>
    public static async Task<SinkFailure?> TestAsync(
        SinkOptions options, string key, SinkTools tools, CancellationToken stopping)
    {
        var (files, example) = (new SinkFiles(options, key), ExampleMessage.At(tools.Clock.UnixMilliseconds));
        if (options.Kind == SinkKind.Alertmanager)
        {
            using var post = new HttpPost(options, files, AlertRunner.Path);
            return await AlertRunner.TestAsync(post, example, tools, stopping);
        }

        await using var sender = Sender(options, files, tools);
        return (await sender.SendAsync([example], stopping)).Failure;
    }

    /// <summary>Where each sends to, without what is secret.</summary>
    /// <exception cref="StartupException">A file that the settings name cannot be used: one line for each.</exception>
    public static IReadOnlyList<(SinkOptions Options, string Key, string Target)> Targets(
        IReadOnlyList<SinkOptions> options, SinkTools tools) =>
            Each(options, (sink, files) => (sink, files.Key, TargetOf(sink, files, tools)));

    private static string TargetOf(SinkOptions options, SinkFiles files, SinkTools tools)
    {
        if (options.Kind == SinkKind.Alertmanager)
        {
            using var post = new HttpPost(options, files, AlertRunner.Path);
            return post.Target;
        }

        return Sender(options, files, tools).Target;
    }

    private static SinkRunner Runner(SinkOptions options, SinkFiles files, SinkReader reader, SinkTools tools)
    {
        if (options.Kind == SinkKind.Alertmanager)
        {
            var post = new HttpPost(options, files, AlertRunner.Path);
            return new AlertRunner(options, new SinkStatus(options, post.Target, tools.Logger), reader, post, tools);
        }

        var sender = Sender(options, files, tools);
        return new FeedRunner(options, new SinkStatus(options, sender.Target, tools.Logger), reader, sender, tools);
    }

    private static ISinkSender Sender(SinkOptions options, SinkFiles files, SinkTools tools) => options.Kind switch
    {
        SinkKind.Webhook => new WebhookSender(options, files, tools.Texts, tools.Clock),
        SinkKind.File => new FileSender(options, files, tools.Texts),
        _ when options.Protocol == SyslogProtocol.Udp => new SyslogDatagrams(options, tools.Texts, tools.Time),
        _ => new SyslogStream(options, files, tools.Texts, tools.Time),
    };

    private static string KeyOf(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Sinks)}:{index}");

    private static List<T> Each<T>(IReadOnlyList<SinkOptions> options, Func<SinkOptions, SinkFiles, T> make)
    {
        var (made, wrong) = (new List<T>(), new List<string>());
        for (var i = 0; i < options.Count; i++)
        {
            if (options[i].Kind == SinkKind.None) continue;
            try
            {
                made.Add(make(options[i], new SinkFiles(options[i], KeyOf(i))));
            }
            catch (StartupException e)
            {
                wrong.Add(e.Message);
            }
        }

        return wrong.Count == 0 ? made : throw new StartupException(string.Join(Environment.NewLine, wrong));
    }
}
