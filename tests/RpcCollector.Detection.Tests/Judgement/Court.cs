using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>One judge, what stands of what it published, and facts with times in hours after the court's own start.</summary>
internal sealed class Court : IFindingSink
{
    /// <summary>The beginning of an hour and of a day.</summary>
    public const long Start = 1_600_041_600_000;

    public const string Controller = "10.0.0.1";
    public const string FileServer = "10.0.0.20";

    public static readonly FlowTraffic Answered = new(3_000, 2_000, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated);
    public static readonly FlowTraffic Unanswered = new(156, 0, 0x02, 0, FlowHalf.FromClient, DirectionConfidence.Stated);

    private readonly JudgementOptions _options;
    private long _arrival;

    public Court(JudgementOptions? options = null) => Judge = new Judge(_options = options ?? new JudgementOptions(), this, Exporters);

    public Judge Judge { get; private set; }

    /// <summary>One exporter, 192.0.2.1, has id 0.</summary>
    public ExporterDirectory Exporters { get; } = OneExporter();

    public SortedDictionary<long, Finding> Findings { get; } = [];

    public int NumChanges { get; private set; }

    public List<Finding> Withdrawn { get; } = [];

    /// <summary>Why findings were withdrawn, in their order.</summary>
    public List<FindingWithdrawal?> Withdrawals { get; } = [];

    public static long At(double hours) => Start + (long)Math.Round(hours * 3_600_000);

    public void Publish(in FindingChange change)
    {
        NumChanges++;
        Assert.Equal(change.Kind == ActivityChangeKind.Withdrawn, change.Withdrawal is not null);
        if (change.Withdrawal is { } why) Withdrawals.Add(why);
        if (change.Kind == ActivityChangeKind.Withdrawn)
        {
            Withdrawn.Add(change.Finding);
            Assert.True(Findings.Remove(change.Finding.Id));
        }
        else Findings[change.Finding.Id] = change.Finding;
    }

    public static RpcActivity Rpc(
        double hours, string client, string server, JoinBasis basis = JoinBasis.Car, uint sampling = 1, FlowTraffic? traffic = null,
        ushort endpointPort = 49_700, long id = 0)
    {
        var start = At(hours);
        var mapper = new FlowSpan((ushort)(50_000 + (start / 7 % 10_000)), 135, start, start + 10_000);
        var endpoint = new FlowSpan((ushort)(mapper.ClientPort + 1), endpointPort, start + 20, start + 2_000);
        return new RpcActivity
        {
            Id = id != 0 ? id : IdOf(client, server, start, 135),
            Basis = basis,
            Client = HostAddress.Parse(client),
            Server = HostAddress.Parse(server),
            Mapper = basis == JoinBasis.KnownEndpoint ? null : mapper,
            Endpoint = basis == JoinBasis.MapperOnly ? null : endpoint,
            Exporters = ExporterSet.Of(0),
            SamplingInterval = sampling,
            Traffic = traffic ?? Answered,
        };
    }

    public static AdministrationContact Contact(double hours, string client, string server, ushort port, bool isAnswered = true)
    {
        var start = At(hours);
        return new AdministrationContact
        {
            Id = IdOf(client, server, start, port),
            Client = HostAddress.Parse(client),
            Server = HostAddress.Parse(server),
            Flow = new FlowSpan((ushort)(50_000 + (start / 7 % 10_000)), port, start, start + 1_000),
            Exporters = ExporterSet.Of(0),
            SamplingInterval = 1,
            Traffic = isAnswered ? Answered : Unanswered,
        };
    }

    public Court Take(RpcActivity activity, ActivityChangeKind kind = ActivityChangeKind.Added)
    {
        Judge.Take(new ActivityChange(kind, activity), Arrive(activity.StartUnixMilliseconds));
        return this;
    }

    public Court Take(AdministrationContact contact, ActivityChangeKind kind = ActivityChangeKind.Added)
    {
        Judge.Take(new ContactChange(kind, contact), Arrive(contact.Flow.StartUnixMilliseconds));
        return this;
    }

    /// <summary>A call by name; several of one connection have one uid.</summary>
    public static RpcOperation Call(
        double hours, string client, string server, string onInterface, string operation, ushort serverPort = 49_700, string uid = "C1") =>
            new()
            {
                AtUnixMilliseconds = At(hours),
                Client = HostAddress.Parse(client),
                Server = HostAddress.Parse(server),
                ClientPort = 50_001,
                ServerPort = serverPort,
                Uid = uid,
                Interface = onInterface,
                Operation = operation,
            };

    public Court Take(RpcOperation operation)
    {
        Judge.Take(operation, Arrive(operation.AtUnixMilliseconds));
        return this;
    }

    /// <summary>A lease, told five seconds after it began.</summary>
    public Court Take(AddressLease lease)
    {
        Judge.Take(lease, Arrive(lease.StartUnixMilliseconds));
        return this;
    }

    public Court AdvanceTo(double hours)
    {
        Judge.AdvanceTo(_arrival = Math.Max(_arrival, At(hours)));
        return this;
    }

    /// <summary>The clock of arrivals was ahead, and is set.</summary>
    public Court SetBackTo(double hours)
    {
        Judge.SetBackTo(_arrival = At(hours));
        return this;
    }

    /// <summary>The clock of arrivals was ahead, and is set while no process runs.</summary>
    public Court RestartAt(double hours)
    {
        Restart();
        Judge.AdvanceTo(_arrival = At(hours));
        return this;
    }

    /// <summary>Another judge takes the place of this one, from what this one saved.</summary>
    public Court Restart()
    {
        var saved = new MemoryStream();
        Judge.Save(saved);
        saved.Position = 0;
        Judge = new Judge(_options, this, Exporters);
        Judge.Load(saved);
        return this;
    }

    /// <summary>Another judge that knows nothing takes the place of this one; what was published is published anew.</summary>
    public void StartAnew() => Judge = new Judge(_options, new Republished(this), Exporters);

    public Court Complete()
    {
        Judge.Complete();
        return this;
    }

    public Finding? Find(FindingKind kind, string client, string? server) =>
        Findings.Values.SingleOrDefault(
            finding =>
            finding.Kind == kind && finding.Client == HostAddress.Parse(client)
            && finding.Server == (server is null ? null : HostAddress.Parse(server)));

    /// <summary>A day of a small network: a domain controller, a file server and clients that use both in working hours.</summary>
    public Court SimulateDay(int day, int numClients = 12, Action<double>? atHour = null)
    {
        for (var hour = 8; hour < 17; hour++)
        {
            var hours = (24 * day) + hour;
            for (var i = 0; i < numClients; i++)
            {
                var at = hours + (i / 60.0);
                Take(Contact(at, ClientAt(i), Controller, 88));
                Take(Contact(at + 0.001, ClientAt(i), Controller, 389));
                Take(Rpc(at + 0.002, ClientAt(i), Controller));
                Take(Contact(at + 0.003, ClientAt(i), FileServer, 445));
            }

            atHour?.Invoke(hours + 0.5);
        }

        return this;
    }

    public static string ClientAt(int index) => $"10.0.1.{10 + index}";

    /// <summary>One of the many hosts of 10.network.0.0/16.</summary>
    public static string HostIn(int network, int index) => $"10.{network}.{index / 250}.{1 + (index % 250)}";

    private static ExporterDirectory OneExporter()
    {
        var directory = new ExporterDirectory();
        Assert.True(directory.TryGetId(HostAddress.Parse("192.0.2.1"), out _));
        return directory;
    }

    private static long IdOf(string client, string server, long start, int port) =>
        FindingId.Of((FindingKind)(port & 0xFF), HostAddress.Parse(client), HostAddress.Parse(server)) ^ (start & 0xFFFF_FFFF);

    /// <summary>Takes what a judge says that was brought back: it may say again what stands.</summary>
    private sealed class Republished(Court court) : IFindingSink
    {
        public void Publish(in FindingChange change)
        {
            if (change.Kind == ActivityChangeKind.Withdrawn) court.Findings.Remove(change.Finding.Id);
            else court.Findings[change.Finding.Id] = change.Finding;
        }
    }

    private long Arrive(long start) => _arrival = Math.Max(_arrival, start + 5_000);
}
