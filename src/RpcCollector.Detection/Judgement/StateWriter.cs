using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>Writes everything that the judge knows.</summary>
internal sealed class StateWriter(BinaryWriter to, JudgeState state, ExporterDirectory exporters)
{
    // Edges lie in the order in which they are written, their hours and facts do not.
    private const int FetchedAhead = 8;
    private const int Unnumbered = -1;

    // By row: every edge asks for two.
    private readonly int[] _hostNumbers = [.. Enumerable.Repeat(Unnumbered, state.Edges.HostEnd)];
    private readonly Dictionary<int, int> _exporterNumbers = [];
    private int _numHosts;

    /// <param name="offset">How many inputs were taken since ever.</param>
    public static void Write(Stream stream, JudgeState state, ExporterDirectory exporters, long offset)
    {
        using var hashed = new HashedStream(stream);
        using (var writer = new BinaryWriter(hashed, System.Text.Encoding.UTF8, leaveOpen: true))
            new StateWriter(writer, state, exporters).Write(offset);
        hashed.Write(hashed.Hash());
        hashed.Flush();
    }

    private void Write(long offset)
    {
        to.Write(StateForm.Magic);
        to.Write(StateForm.Version);
        to.Write(offset);
        WriteExporters();
        to.Write(state.Clock);
        to.Write(state.ClosedEpoch);
        to.Write(state.LearnedSince);
        to.Write(state.ForgottenDay);
        to.Write(state.LearnedUntil);
        Write(state.Aging.Save());
        WriteToldRoles();
        state.Population.Save(to);
        state.Leases.Save(to);
        WriteHosts(ofPeriod0: true);
        WriteHosts(ofPeriod0: false);
        WriteRoleChanges();
        WriteEdges();
        WriteOperations();
        WriteFindings();
        WriteVerdicts();
        WriteEndpoints();
        state.CommonCalls.Save(to);
        WriteOctets();
        WriteBursts();
        WritePorts();
        WriteRareUses();
        to.Write(state.Position.Length);
        to.Write(state.Position.Span);
        to.Write(state.Ports.PipesSince);
        WriteBeyond();
    }

    /// <summary>Every exporter that something in the state names, in the order in which it is met.</summary>
    private void WriteExporters()
    {
        for (var i = 0; i < state.Facts.FactEnd; i++)
        {
            if (state.Facts.IsFact(i)) Number(state.Facts.Fact(i).Exporters);
        }

        foreach (var finding in state.Findings.ToSave())
        {
            foreach (var draft in (ReadOnlySpan<FindingDraft?>)[finding.Closed, finding.Open, finding.Held])
            {
                foreach (var flow in draft?.Flows ?? []) Number(flow.Exporters);
            }
        }

        foreach (var use in state.RareUses.InOrder())
            foreach (var flow in use.Draft?.Flows ?? []) Number(flow.Exporters);

        to.Write(_exporterNumbers.Count);
        foreach (var exporterId in _exporterNumbers.OrderBy(entry => entry.Value).Select(entry => entry.Key)) Write(exporters[exporterId]);
    }

    private void Number(in ExporterSet seenBy)
    {
        for (var i = 0; i < seenBy.Count; i++) _exporterNumbers.TryAdd(seenBy.IdAt(i), _exporterNumbers.Count);
    }

    private void WriteToldRoles()
    {
        to.Write(state.Told.ByPeople.Count);
        foreach (var told in state.Told.ByPeople.OrderBy(told => told.Hosts))
        {
            Write(told.Hosts.Network);
            to.Write((byte)told.Hosts.Bits);
            to.Write((byte)told.Role!.Value);
            Write(told.Who);
            Write(told.Why);
            to.Write(told.AtUnixMilliseconds);
        }
    }

    private void WriteHosts(bool ofPeriod0)
    {
        if (ofPeriod0) to.Write(state.Edges.NumHosts);
        for (var i = 0; i < state.Edges.HostEnd; i++)
        {
            if (!state.Edges.IsHost(i) || state.Edges.Host(i).IsBase != ofPeriod0) continue;
            _hostNumbers[i] = _numHosts++;
            ref var host = ref state.Edges.Host(i);
            Write(host.Identity);
            to.Write(host.FirstEpoch);
            to.Write(host.LastEpoch);
            to.Write(host.ActiveEpochs);
            to.Write(host.NewPeerEpochs);
            to.Write(host.NewEdges);
            to.Write(host.HabitEpoch);
            to.Write(host.NewServers);
            to.Write(host.Contacted.At);
            Write(host.Contacted.By);
            to.Write(host.Contacted.FormerAt);
            Write(host.Contacted.FormerBy);
            to.Write((uint)host.Served);
            to.Write(host.WorkstationSince);
            to.Write((byte)host.Settled.Role);
            to.Write((byte)host.Settled.Former);
            to.Write(host.Settled.ActsFrom);
            to.Write(host.Settled.SettledIn);
        }
    }

    private void WriteRoleChanges()
    {
        to.Write(state.RoleLedger.Kept.Count);
        foreach (var change in state.RoleLedger.Kept)
        {
            Write(change.Host);
            to.Write((byte)change.From);
            to.Write((byte)change.To);
            to.Write(change.SettledUnixMilliseconds);
            to.Write(change.ActsFromUnixMilliseconds);
            Write(change.Reason);
            to.Write(change.NumWitnesses);
            to.Write((byte)change.Witnesses.Count);
            foreach (var witness in change.Witnesses) Write(witness);
        }
    }

    private void WriteEdges()
    {
        to.Write(state.Edges.NumEdges);
        for (var i = 0; i < state.Edges.EdgeEnd; i++)
        {
            FetchAhead(i);
            if (!state.Edges.IsEdge(i)) continue;
            ref var edge = ref state.Edges[i];
            to.Write(NumberOf(edge.Client));
            to.Write(NumberOf(edge.Server));
            to.Write((byte)edge.Service);
            to.Write((byte)edge.Marks);
            to.Write(edge.FirstEpoch);
            to.Write(edge.LastEpoch);
            to.Write(edge.TrainedEpoch);
            to.Write(edge.Flows);
            to.Write(edge.Burst);
            to.Write(edge.Days);
            to.Write(edge.WitnessedSince);
            to.Write(edge.DrivenSince);
            to.Write(edge.SeenEpoch);
            to.Write(edge.UsedEpoch);
            to.Write(edge.RareEpoch);
            byte numHours = 0;
            for (var open = edge.Open; open >= 0; open = state.Facts[open].NextOfEdge) numHours++;
            to.Write(numHours);
            for (var open = edge.Open; open >= 0; open = state.Facts[open].NextOfEdge) WriteHour(state.Facts[open]);
        }
    }

    /// <summary>
    /// Of the facts that are only counted, where there are any: the edge by its place, the hour, how many were answered, and when the
    /// latest began, in milliseconds from that hour on; then -1.
    /// </summary>
    private void WriteBeyond()
    {
        var place = -1;
        for (var i = 0; i < state.Edges.EdgeEnd; i++)
        {
            FetchAhead(i);
            if (!state.Edges.IsEdge(i)) continue;
            place++;
            for (var open = state.Edges[i].Open; open >= 0; open = state.Facts[open].NextOfEdge)
            {
                ref var hour = ref state.Facts[open];
                if (hour.NumBeyond == 0) continue;
                to.Write(place);
                to.Write(hour.Epoch);
                to.Write(hour.NumAnsweredBeyond);
                to.Write((int)(hour.LatestStart - Epoch.StartOf(hour.Epoch)));
            }
        }

        to.Write(-1);
    }

    private int NumberOf(int host) =>
        _hostNumbers[host] is not Unnumbered and var number ? number : throw new InvalidOperationException("An edge of no host.");

    /// <summary>Of edges that come soon: the open hour of one, and the latest fact of another.</summary>
    private void FetchAhead(int edge)
    {
        var (ofHour, ofFact) = (edge + 2 * FetchedAhead, edge + FetchedAhead);
        if (ofHour < state.Edges.EdgeEnd && state.Edges.IsEdge(ofHour)) state.Facts.FetchOpen(state.Edges[ofHour]);
        if (ofFact < state.Edges.EdgeEnd && state.Edges.IsEdge(ofFact)) state.Facts.FetchLatest(state.Edges[ofFact]);
    }

    private void WriteHour(in OpenEdge hour)
    {
        to.Write(hour.Epoch);
        to.Write(hour.NumBeyond);
        to.Write((int)hour.NumFacts);
        for (var i = hour.Facts; i >= 0; i = state.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref state.Facts.Fact(i);
            if (fact.NextOfOpen >= 0) CacheLines.FetchRow(in state.Facts.Fact(fact.NextOfOpen));
            to.Write(fact.Key);
            to.Write(fact.Start);
            to.Write(fact.MapperStart);
            to.Write(fact.MapperEnd);
            to.Write(fact.FlowStart);
            to.Write(fact.FlowEnd);
            to.Write(fact.ClientOctets);
            to.Write(fact.ServerOctets);
            to.Write(fact.SamplingInterval);
            Write(fact.Exporters);
            to.Write(fact.MapperClientPort);
            to.Write(fact.ClientPort);
            to.Write(fact.ServerPort);
            to.Write((byte)fact.Basis);
            to.Write((byte)fact.Marks);
        }
    }

    private void WriteOperations()
    {
        var operations = state.Operations.All().ToList();
        to.Write(operations.Count);
        foreach (var operation in operations)
        {
            to.Write(operation.AtUnixMilliseconds);
            Write(operation.Client);
            Write(operation.Server);
            to.Write(operation.ClientPort);
            to.Write(operation.ServerPort);
            Write(operation.Uid);
            Write(operation.Interface);
            Write(operation.Operation);
        }
    }

    private void WriteFindings()
    {
        var findings = state.Findings.ToSave();
        to.Write(findings.Count);
        foreach (var finding in findings)
        {
            to.Write((byte)finding.Kind);
            Write(finding.Client);
            Write(finding.Server);
            Write(finding.Closed);
            Write(finding.Open);
            to.Write(finding.IsExplained);
            to.Write(finding.IsBeforeToldRole);
            Write(finding.Shown);
            Write(finding.Held);
            to.Write((byte)finding.Notes.Count);
            foreach (var note in finding.Notes)
            {
                to.Write(note.AtUnixMilliseconds);
                Write(note.Text);
                to.Write((byte)(note.Explains is not { } explains ? 0 : explains ? 1 : 2));
            }
        }
    }

    private void Write(FindingDraft? draft)
    {
        to.Write(draft is not null);
        if (draft is null) return;
        Write(draft.Claim.Techniques);
        Write(draft.Claim.Analytics);
        to.Write((byte)draft.Severity);
        to.Write((byte)draft.Confidence);
        to.Write(draft.Count);
        to.Write(draft.First);
        to.Write(draft.Last);
        Write(draft.Reason);
        Write(draft.Operations);
        to.Write(draft.AssumesNoServer);
        to.Write(draft.IsEarly);
        to.Write(draft.GoesWithOthers);
        to.Write(draft.NumServers);
        to.Write((byte)draft.KnownHosts);
        to.Write((byte)draft.Services.Count);
        foreach (var share in draft.Services)
        {
            to.Write((byte)share.Service);
            to.Write(share.Count);
        }

        to.Write((byte)draft.Flows.Count);
        foreach (var flow in draft.Flows)
        {
            Write(flow.Client);
            to.Write(flow.ClientPort);
            Write(flow.Server);
            to.Write(flow.ServerPort);
            to.Write(flow.Start);
            to.Write(flow.End);
            Write(flow.Exporters);
            to.Write(flow.SamplingInterval);
        }

        SavedRarity.Write(to, draft.Rarity);
    }

    private void Write(ShownStrength? shown)
    {
        to.Write(shown is not null);
        if (shown is null) return;
        to.Write((byte)shown.Severity);
        to.Write((byte)shown.Confidence);
        Write(shown.Reason);
    }

    private void WriteVerdicts()
    {
        to.Write(state.Verdicts.Count);
        foreach (var verdict in state.Verdicts.OrderBy(entry => entry.Key).Select(entry => entry.Value))
        {
            to.Write((byte)verdict.Kind);
            Write(verdict.Client);
            Write(verdict.Server);
            to.Write((byte)verdict.Meaning);
            Write(verdict.Who);
            Write(verdict.Why);
            to.Write(verdict.AtUnixMilliseconds);
            to.Write(verdict.ExpiresUnixMilliseconds ?? -1);
            to.Write(verdict.ClientPeriod);
            to.Write(verdict.ServerPeriod);
        }
    }

    private void WriteEndpoints()
    {
        to.Write(state.KnownEndpoints.Count);
        foreach (var (key, endpoint) in state.KnownEndpoints.InOrder())
        {
            Write(key.Server);
            to.Write(key.Port);
            to.Write(endpoint.KnownSince);
            to.Write(endpoint.Last);
            to.Write(endpoint.Connections);
            to.Write((uint)endpoint.Interfaces);
        }
    }

    private void WriteOctets()
    {
        to.Write(state.Octets.Count);
        foreach (var (key, counts) in state.Octets.InOrder())
        {
            Write(key);
            var places = Enumerable.Range(0, OctetCounts.NumPlaces).Where(place => counts[place] > 0).ToList();
            to.Write((byte)places.Count);
            foreach (var place in places)
            {
                to.Write((byte)place);
                to.Write(counts[place]);
            }
        }

        to.Write(state.Octets.Latest.Count);
        foreach (var hour in state.Octets.Latest)
        {
            to.Write(hour.Epoch);
            to.Write(hour.Flows.Count);
            foreach (var ((key, place), flows) in hour.Flows.OrderBy(entry => entry.Key.Key).ThenBy(entry => entry.Key.Place))
            {
                Write(key);
                to.Write(place);
                to.Write(flows);
            }
        }
    }

    private void WriteBursts()
    {
        to.Write(state.Bursts.Count);
        foreach (var (client, server, day) in state.Bursts.InOrder())
        {
            Write(client);
            Write(server);
            to.Write(day.Day);
            to.Write((byte)day.Most);
            to.Write((byte)day.Calls);
        }
    }

    private void Write(OctetKey key)
    {
        Write(key.Server);
        to.Write((byte)key.Role);
        to.Write((byte)key.Service);
    }

    private void WriteShapes(ReplicationShapes shapes)
    {
        to.Write(shapes.Bar);
        to.Write(shapes.FormerBar);
        to.Write(shapes.ActsFrom);
        to.Write((byte)shapes.Clients.Count);
        foreach (var (client, ratio) in shapes.Clients)
        {
            to.Write(client);
            to.Write(ratio);
        }
    }

    private void WritePorts()
    {
        to.Write(state.Ports.Since);
        WriteShapes(state.Ports.Shapes);
        var servers = state.Ports.InOrder().ToList();
        to.Write(servers.Count);
        foreach (var server in servers)
        {
            Write(server.Server);
            to.Write(server.Since);
            WriteShapes(server.Shapes);
            to.Write((byte)server.Ports.Count);
            foreach (var port in server.Ports)
            {
                to.Write(port.Port);
                to.Write(port.FirstAt);
                to.Write(port.LastAt);
                to.Write(port.Days);
                to.Write(port.CommonSince);
                to.Write(port.SharedSince);
                to.Write((byte)port.Clients.Count);
                foreach (var client in port.Clients) to.Write(client);
            }
        }
    }

    private void WriteRareUses()
    {
        to.Write(state.RareUses.Count);
        foreach (var use in state.RareUses.InOrder())
        {
            Write(use.Client);
            Write(use.Server);
            to.Write(use.Port);
            to.Write(use.Epoch);
            to.Write(use.At);
            to.Write(use.IsRareByName);
            to.Write(use.AtPort);
            to.Write(use.AtCommon);
            to.Write(use.IsShown);
            Write(use.Draft);
        }
    }

    private void Write(HostAddress address)
    {
        to.Write(address.High);
        to.Write(address.Low);
    }

    private void Write(HostIdentity host)
    {
        Write(host.Address);
        to.Write(host.Period);
    }

    private void Write(HostIdentity? host)
    {
        to.Write(host is not null);
        if (host is { } known) Write(known);
    }

    private void Write(HostAddress? address)
    {
        to.Write(address is not null);
        if (address is { } known) Write(known);
    }

    private void Write(in ExporterSet seenBy)
    {
        to.Write((byte)seenBy.Count);
        for (var i = 0; i < seenBy.Count; i++) to.Write(_exporterNumbers[seenBy.IdAt(i)]);
    }

    private void Write(IReadOnlyList<string> texts)
    {
        to.Write((byte)Math.Min(StateForm.MaxList, texts.Count));
        foreach (var text in texts.Take(StateForm.MaxList)) Write(text);
    }

    private void Write(string? text) => to.Write(text is null ? "" : text.Length > StateForm.MaxText ? text[..StateForm.MaxText] : text);
}
