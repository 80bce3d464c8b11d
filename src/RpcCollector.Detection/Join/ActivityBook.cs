using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>The activities of the flows that are still held: gives them their ids and publishes every change.</summary>
/// <remarks>
/// An id is made of when any clock first saw the flow begin. A sighting that is earlier makes another: what stands is withdrawn under the
/// one, and added under the other.
/// </remarks>
internal sealed class ActivityBook(
    HostPairs pairs, Witnesses witnesses, KnownEndpoints known, Orientation orientation, Translations translations, IActivitySink sink)
{
    private readonly RowStore<ActivityRow> _rows = new();

    public int Count => _rows.Count;

    public long Bytes => _rows.Bytes;

    public ref ActivityRow this[int index] => ref _rows[index];

    /// <summary>
    /// Publishes that an endpoint flow is now joined with this mapper flow; publishes nothing when neither the join nor the endpoint flow
    /// has changed.
    /// </summary>
    public void Join(ref FlowRow endpoint, int mapper, in MapperFacts facts, JoinBasis basis, bool endpointChanged)
    {
        var kind = ActivityChangeKind.Revised;
        if (endpoint.Activity == FlowRow.None)
        {
            kind = ActivityChangeKind.Added;
            endpoint.Activity = Open(endpoint, basis);
            witnesses.Retain(facts.Witnesses);
        }

        ref var activity = ref _rows[endpoint.Activity];
        if (kind == ActivityChangeKind.Revised)
        {
            if (!endpointChanged && activity.Basis == basis && activity.MapperFacts == facts)
            {
                activity.Mapper = mapper;
                return;
            }

            witnesses.Retain(facts.Witnesses);
            ReleaseMapperFacts(activity);
        }

        (activity.Mapper, activity.MapperFacts, activity.Basis) = (mapper, facts, basis);
        PublishJoin(kind, endpoint);
    }

    public void ReviseJoin(in FlowRow endpoint) => PublishJoin(ActivityChangeKind.Revised, endpoint);

    /// <summary>Publishes that an endpoint flow is no longer joined.</summary>
    public void Withdraw(ref FlowRow endpoint)
    {
        PublishJoin(ActivityChangeKind.Withdrawn, endpoint);
        CloseJoin(ref endpoint);
    }

    /// <summary>Forgets the activity of an endpoint flow that is dropped; what was published stays.</summary>
    public void CloseJoin(ref FlowRow endpoint)
    {
        ReleaseMapperFacts(_rows[endpoint.Activity]);
        Close(ref endpoint);
    }

    /// <summary>
    /// Publishes that an endpoint flow stands without a mapper flow; publishes nothing when that was known and the endpoint flow has not
    /// changed.
    /// </summary>
    public void ReportKnownEndpoint(ref FlowRow endpoint, bool endpointChanged)
    {
        if (endpoint.Activity == FlowRow.None)
        {
            endpoint.Activity = Open(endpoint, JoinBasis.KnownEndpoint);
            PublishJoin(ActivityChangeKind.Added, endpoint);
            return;
        }

        ref var activity = ref _rows[endpoint.Activity];
        if (activity.Basis == JoinBasis.KnownEndpoint && !endpointChanged) return;
        ReleaseMapperFacts(activity);
        (activity.Mapper, activity.MapperFacts, activity.Basis) = (FlowRow.None, default, JoinBasis.KnownEndpoint);
        PublishJoin(ActivityChangeKind.Revised, endpoint);
    }

    public bool IsKnownEndpoint(in FlowRow endpoint) =>
        endpoint.Activity != FlowRow.None && _rows[endpoint.Activity].Basis == JoinBasis.KnownEndpoint;

    /// <summary>Publishes that a mapper flow has no endpoint flow.</summary>
    public void ReportMapperOnly(ref FlowRow mapper)
    {
        if (mapper.Activity == FlowRow.None) mapper.Activity = Open(mapper, JoinBasis.MapperOnly);
        PublishMapperOnly(ActivityChangeKind.Added, mapper);
    }

    public void ReviseMapperOnly(in FlowRow mapper) => PublishMapperOnly(ActivityChangeKind.Revised, mapper);

    public void WithdrawMapperOnly(in FlowRow mapper) => PublishMapperOnly(ActivityChangeKind.Withdrawn, mapper);

    /// <summary>Forgets the mapper-only activity of a mapper flow that is dropped; what was published stays.</summary>
    public void CloseMapperOnly(ref FlowRow mapper) => Close(ref mapper);

    /// <summary>An activity that another process published: it stands, and nothing is published.</summary>
    public int Restore(in SavedFlow saved)
    {
        ref var row = ref _rows.Add(out var index);
        row.Id = saved.ActivityId ?? 0;
        row.Basis = saved.Basis == default ? JoinBasis.MapperOnly : saved.Basis;
        (row.Mapper, row.MapperFacts) = (FlowRow.None, default);
        if (saved.Basis is not (JoinBasis.Car or JoinBasis.Extended)) return index;
        (row.Mapper, row.MapperFacts) = (saved.MapperIndex, saved.Mapper with { Witnesses = witnesses.Retain(saved.MapperWitness) });
        return index;
    }

    private void ReleaseMapperFacts(in ActivityRow activity)
    {
        if (activity.Basis != JoinBasis.KnownEndpoint) witnesses.Release(activity.MapperFacts.Witnesses);
    }

    private int Open(in FlowRow flow, JoinBasis basis)
    {
        ref var row = ref _rows.Add(out var index);
        (row.Id, row.Basis, row.Mapper, row.MapperFacts) = (IdOf(flow), basis, FlowRow.None, default);
        return index;
    }

    private void Close(ref FlowRow flow)
    {
        _rows.Remove(flow.Activity);
        flow.Activity = FlowRow.None;
    }

    private long IdOf(in FlowRow flow) => ActivityId.Of(
        pairs.ClientOf(flow.Pair), pairs.ServerOf(flow.Pair), flow.ClientPort, flow.ServerPort, witnesses.FirstSeen(flow));

    private void PublishJoin(ActivityChangeKind kind, in FlowRow endpoint) => Publish(kind, endpoint, ShownJoin(endpoint));

    private void PublishMapperOnly(ActivityChangeKind kind, in FlowRow mapper) => Publish(kind, mapper, ShownMapperOnly(mapper));

    /// <param name="shown">With the id under which it stands; one that does not stand yet has any.</param>
    private void Publish(ActivityChangeKind kind, in FlowRow flow, in RpcActivity shown)
    {
        var id = kind == ActivityChangeKind.Withdrawn ? shown.Id : IdOf(flow);
        if (id == shown.Id)
        {
            sink.Publish(new ActivityChange(kind, shown));
            return;
        }

        if (kind == ActivityChangeKind.Revised) sink.Publish(new ActivityChange(ActivityChangeKind.Withdrawn, shown));
        _rows[flow.Activity].Id = id;
        sink.Publish(new ActivityChange(ActivityChangeKind.Added, shown with { Id = id }));
    }

    private RpcActivity ShownJoin(in FlowRow endpoint)
    {
        ref readonly var activity = ref _rows[endpoint.Activity];
        ref readonly var facts = ref activity.MapperFacts;
        var seenBy = witnesses[endpoint.Witnesses];
        var interval = seenBy.IntervalOf(endpoint);
        FlowSpan? mapper = null;
        if (activity.Basis != JoinBasis.KnownEndpoint)
        {
            interval = Math.Max(interval, witnesses[facts.Witnesses].CountedInterval);
            seenBy = seenBy.UnionWith(witnesses[facts.Witnesses], witnesses.Exporters);
            mapper = witnesses.Shown(facts.ClientPort, WellKnownPort.EndpointMapper, facts.Start, facts.End, facts.Witnesses);
        }

        var server = pairs.ServerOf(endpoint.Pair);
        return new RpcActivity
        {
            Id = activity.Id,
            Basis = activity.Basis,
            Client = pairs.ClientOf(endpoint.Pair),
            Server = server,
            Mapper = mapper,
            Endpoint = witnesses.Shown(endpoint),
            Interfaces = known.InterfacesOf(server, endpoint),
            Exporters = seenBy.Exporters,
            SamplingInterval = interval,
            Traffic = endpoint.Traffic,
            Translated = TranslatedEndsOf(endpoint),
        };
    }

    private RpcActivity ShownMapperOnly(in FlowRow mapper)
    {
        ref readonly var seenBy = ref witnesses[mapper.Witnesses];
        return new RpcActivity
        {
            Id = _rows[mapper.Activity].Id,
            Basis = JoinBasis.MapperOnly,
            Client = pairs.ClientOf(mapper.Pair),
            Server = pairs.ServerOf(mapper.Pair),
            Mapper = witnesses.Shown(mapper),
            Exporters = seenBy.Exporters,
            SamplingInterval = seenBy.IntervalOf(mapper),
            Traffic = mapper.Traffic with { Direction = orientation.OfMapper(mapper) },
            Translated = TranslatedEndsOf(mapper),
        };
    }

    private TranslatedEnds? TranslatedEndsOf(in FlowRow flow) =>
        translations.IsEmpty ? null : translations.EndsOf(pairs.EndsOf(flow), flow.Start);
}
