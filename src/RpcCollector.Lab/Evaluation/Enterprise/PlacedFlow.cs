using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Library;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>An activity or contact of an attack under addresses and times of the simulated enterprise.</summary>
internal sealed class PlacedFlow
{
    private readonly RpcActivity _activity;
    private readonly AdministrationContact _contact;

    private PlacedFlow(in RpcActivity activity) => _activity = activity;

    private PlacedFlow(in AdministrationContact contact) => (_contact, IsContact) = (contact, true);

    public bool IsContact { get; }

    public bool IsMapperOnly => !IsContact && _activity.Basis == JoinBasis.MapperOnly;

    public HostAddress Client => IsContact ? _contact.Client : _activity.Client;

    public HostAddress Server => IsContact ? _contact.Server : _activity.Server;

    public long Start => IsContact ? _contact.Flow.StartUnixMilliseconds : _activity.StartUnixMilliseconds;

    public long End =>
        IsContact
        ? _contact.Flow.EndUnixMilliseconds
        : Math.Max(_activity.Mapper?.EndUnixMilliseconds ?? 0, _activity.Endpoint?.EndUnixMilliseconds ?? 0);

    /// <param name="shift">Milliseconds from then to now.</param>
    public static PlacedFlow Of(in RpcActivity recorded, HostAddress client, HostAddress server, long shift, ExporterSet exporters) =>
        new(recorded with
        {
            Client = client,
            Server = server,
            Mapper = recorded.Mapper is { } mapper ? Shifted(mapper, shift) : null,
            Endpoint = recorded.Endpoint is { } endpoint ? Shifted(endpoint, shift) : null,
            Exporters = exporters,
        });

    public static PlacedFlow Of(
        in AdministrationContact recorded, HostAddress client, HostAddress server, long shift, ExporterSet exporters) =>
        new(recorded with { Client = client, Server = server, Flow = Shifted(recorded.Flow, shift), Exporters = exporters });

    /// <param name="port">The contact's, or the endpoint's.</param>
    /// <param name="clientPort">The mapper connection's; the next one is the endpoint connection's.</param>
    /// <param name="start">When the attack began, in Unix milliseconds.</param>
    public static PlacedFlow Of(
        in AttackFlow flow, (HostAddress Client, HostAddress Server) ends, ushort port, ushort clientPort, long start,
        ExporterSet exporters)
    {
        var at = start + flow.At;
        if (flow.IsContact)
        {
            return new(new AdministrationContact
            {
                Client = ends.Client,
                Server = ends.Server,
                Flow = new FlowSpan(clientPort, port, at, at + flow.Duration),
                Exporters = exporters,
                SamplingInterval = 1,
                Traffic = flow.Traffic,
            });
        }

        return new(new RpcActivity
        {
            Basis = flow.Basis,
            Client = ends.Client,
            Server = ends.Server,
            Mapper = flow.Basis == JoinBasis.KnownEndpoint
                ? null
                : new FlowSpan(clientPort, WellKnownPort.EndpointMapper, at, at + flow.MapperDuration),
            Endpoint = flow.Basis == JoinBasis.MapperOnly
                ? null
                : new FlowSpan((ushort)(clientPort + 1), port, at + flow.EndpointDelay, at + flow.EndpointDelay + flow.Duration),
            Exporters = exporters,
            SamplingInterval = 1,
            Traffic = flow.Traffic,
        });
    }

    public RpcActivity ToActivity(long id) => _activity with { Id = id };

    public AdministrationContact ToContact(long id) => _contact with { Id = id };

    private static FlowSpan Shifted(in FlowSpan span, long shift) =>
        span with { StartUnixMilliseconds = span.StartUnixMilliseconds + shift, EndUnixMilliseconds = span.EndUnixMilliseconds + shift };
}
