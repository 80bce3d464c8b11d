using System.Security.Cryptography;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;

namespace RpcCollector.Detection.Judgement;

/// <summary>Reads what <see cref="StateWriter"/> wrote into an empty state; every number is checked before anything rests on it.</summary>
internal sealed class StateReader(BinaryReader from, JudgeState state, ExporterDirectory exporters)
{
    private readonly List<int> _hosts = [];

    // The ids that this process has for the exporters of the list; negative for one for which it has no room. None in version 1.
    private readonly List<int> _exporterIds = [];
    private int _version;

    /// <returns>How many inputs were taken since ever.</returns>
    /// <exception cref="JudgeStateException">It is not what was saved.</exception>
    public static long Read(Stream stream, JudgeState state, ExporterDirectory exporters)
    {
        try
        {
            using var hashed = new HashedStream(stream);
            long offset;
            using (var reader = new BinaryReader(hashed, System.Text.Encoding.UTF8, leaveOpen: true))
                offset = new StateReader(reader, state, exporters).Read();
            var hash = hashed.Hash();
            var saved = new byte[hash.Length];
            hashed.ReadExactly(saved);
            if (!CryptographicOperations.FixedTimeEquals(hash, saved))
                throw new JudgeStateException("The saved state is damaged: its hash differs.");
            return offset;
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException or InvalidDataException)
        {
            throw new JudgeStateException("The saved state is damaged or cut short.", e);
        }
    }

    private long Read()
    {
        if (from.ReadUInt64() != StateForm.Magic) throw new JudgeStateException("This is no saved state of a judge.");
        _version = from.ReadInt32();
        if (_version is < StateForm.FirstVersion or > StateForm.Version)
            throw new JudgeStateException(
                $"The saved state is of version {_version}, and {StateForm.FirstVersion} to {StateForm.Version} are read.");
        var offset = _version == StateForm.FirstVersion ? 0 : from.ReadInt64();
        Check(offset >= 0, "a negative offset");
        if (_version != StateForm.FirstVersion) ReadExporters();
        state.Clock = Time();
        state.ClosedEpoch = EpochNumber();
        state.LearnedSince = EpochNumber();
        state.ForgottenDay = EpochNumber();
        if (_version != StateForm.FirstVersion)
        {
            state.LearnedUntil = EpochNumber();
            state.Aging = AgingClock.Load(Text()) ?? throw new JudgeStateException("The saved state is damaged: no clock.");
        }

        if (_version > StateForm.VersionWithoutToldRoles) ReadToldRoles();
        state.Population.Restore(from);
        if (_version > StateForm.VersionWithoutLeases) state.Leases.Restore(from, state.ClosedEpoch, Check);
        ReadHosts();
        if (_version > StateForm.VersionWithoutRoles) ReadRoleChanges();
        ReadEdges();
        ReadOperations();
        ReadFindings();
        ReadVerdicts();
        ReadEndpoints();
        if (_version > StateForm.VersionWithoutPorts)
        {
            state.CommonCalls.Restore(from, Text, Check);
            ReadOctets();
            if (_version > StateForm.VersionWithoutBursts) ReadBursts();
            ReadPorts();
            ReadRareUses();
        }

        if (_version > StateForm.VersionWithoutPosition) ReadPosition();
        if (_version > StateForm.VersionWithoutPipes) state.Ports.PipesSince = EpochNumber();
        if (_version > StateForm.VersionWithoutBeyond) ReadBeyond();
        if (_version <= StateForm.VersionWithoutRoles) TakeRolesOver();
        return offset;
    }

    private void ReadPosition()
    {
        var length = from.ReadInt32();
        Check(length is >= 0 and <= Judge.MostPositionOctets, "an impossible position");
        var position = from.ReadBytes(length);
        Check(position.Length == length, "a position that is cut off");
        state.Position = position;
    }

    private void ReadExporters()
    {
        for (var left = Count(); left > 0; left--) _exporterIds.Add(exporters.TryGetId(Address(), out var id) ? id : -1);
    }

    private void ReadToldRoles()
    {
        for (var left = Count(); left > 0; left--)
        {
            var (network, bits, role) = (Address(), from.ReadByte(), Role());
            Check(bits <= AddressPrefix.AllBits, "an impossible prefix");
            var told = new ToldRole(AddressPrefix.Around(network, bits), role, Text(), Text(), Time());
            Check(told.Hosts.Network == network && state.Told.IsNews(told), "a told role twice, or too many");
            state.Told.Tell(told);
        }
    }

    private void ReadHosts()
    {
        for (var left = Count(); left > 0; left--)
        {
            var identity = Identity();
            Check(state.Edges.FindHost(identity) < 0, "a host twice");
            var index = state.Edges.FindOrAddHost(identity);
            _hosts.Add(index);
            ref var host = ref state.Edges.Host(index);
            host.FirstEpoch = EpochNumber();
            host.LastEpoch = EpochNumber();
            host.ActiveEpochs = from.ReadUInt32();
            host.NewPeerEpochs = from.ReadUInt32();
            host.NewEdges = from.ReadUInt32();
            host.HabitEpoch = EpochNumber();
            host.NewServers = from.ReadUInt32();
            (host.Contacted.At, host.Contacted.By) = (Time(), Address());
            if (_version > StateForm.VersionWithoutRoles) (host.Contacted.FormerAt, host.Contacted.FormerBy) = (Time(), Address());
            host.Served = (RpcInterfaces)from.ReadUInt32();
            if (_version > StateForm.VersionWithoutRoles) ReadRole(ref host);
            else SkipDirectoryClients();
        }
    }

    private void ReadRole(ref HostState host)
    {
        host.WorkstationSince = EpochNumber();
        (host.Settled.Role, host.Settled.Former) = (Role(), Role());
        (host.Settled.ActsFrom, host.Settled.SettledIn) = (EpochNumber(), EpochNumber());
    }

    private void SkipDirectoryClients()
    {
        from.ReadByte();
        Address();
    }

    private void ReadRoleChanges()
    {
        for (var left = Count(); left > 0; left--)
        {
            var (host, before, after, settled, actsFrom) = (Address(), Role(), Role(), Time(), Time());
            var (reason, numWitnesses) = (Text(), Count());
            var witnesses = new HostAddress[from.ReadByte()];
            Check(witnesses.Length <= RoleChange.MaxWitnesses, "too many witnesses");
            for (var i = 0; i < witnesses.Length; i++) witnesses[i] = Address();
            state.RoleLedger.Restore(new RoleChange(host, before, after, settled, actsFrom, reason, numWitnesses, witnesses));
        }
    }

    /// <summary>A form without roles has what they are earned by, though not which record said who the server is.</summary>
    private void TakeRolesOver()
    {
        for (var i = 0; i < state.Edges.EdgeEnd; i++)
        {
            if (!state.Edges.IsEdge(i) || (state.Edges[i].Marks & EdgeMarks.Answered) == EdgeMarks.None) continue;
            ref var edge = ref state.Edges[i];
            (edge.WitnessedSince, edge.DrivenSince) = (edge.FirstEpoch, edge.FirstEpoch);
        }

        state.RoleLearning.LearnAtOnce(state.ClosedEpoch, state.IsMalicious);
    }

    private HostRole Role()
    {
        var role = (HostRole)from.ReadByte();
        Check(Enum.IsDefined(role), "an unknown role");
        return role;
    }

    private void ReadEdges()
    {
        for (var left = Count(); left > 0; left--)
        {
            var (client, server, service) = (HostNumber(), HostNumber(), from.ReadByte());
            Check(service < EdgeServiceName.Count, "an unknown service");
            Check(state.Edges.Find(client, server, (EdgeService)service) < 0, "an edge twice");
            var index = state.Edges.Add(client, server, (EdgeService)service);
            var marks = (EdgeMarks)from.ReadByte();
            var (first, last, trained) = (EpochNumber(), EpochNumber(), EpochNumber());
            ref var edge = ref state.Edges[index];
            (edge.Marks, edge.FirstEpoch, edge.LastEpoch, edge.TrainedEpoch) = (marks, first, last, trained);
            edge.Flows = from.ReadUInt32();
            edge.Burst = BurstOf(edge.Service, from.ReadUInt16());
            if (_version <= StateForm.VersionWithoutReplication && edge.Service == EdgeService.Rpc
                && (marks & EdgeMarks.Replicates) != EdgeMarks.None) edge.LearnReplication(EdgeState.AnyRatio, isDirectory: true);
            edge.Days = from.ReadUInt16();
            if (_version > StateForm.VersionWithoutRoles) (edge.WitnessedSince, edge.DrivenSince) = (EpochNumber(), EpochNumber());
            (edge.SeenEpoch, edge.UsedEpoch) = _version > StateForm.VersionWithoutLeases ? (EpochNumber(), EpochNumber()) : (first, last);
            if (_version > StateForm.VersionWithoutPorts) edge.RareEpoch = EpochNumber();
            for (var hours = from.ReadByte(); hours > 0; hours--) ReadHour(index);
        }
    }

    /// <summary>
    /// Forms without ports kept the most mapper flows within a minute, of RPC alone: a sixth of them within 10 s, on some earlier day. The
    /// largest value says something else: that many calls over one connection are normal.
    /// </summary>
    private ushort BurstOf(EdgeService service, ushort saved)
    {
        if (_version <= StateForm.VersionWithoutPorts)
            return service == EdgeService.Rpc ? (ushort)Math.Min(EdgeState.MostBurst - 1, (saved + 5) / 6) : (ushort)0;
        if (service != EdgeService.Rpc) return saved;

        // Those of the last day, and of the days before: an upgrade takes longer than what hours around midnight do not know of each other.
        if (_version == StateForm.VersionWithoutBursts) return (ushort)Math.Max(saved >> 8, saved & EdgeState.MostBurst);
        Check(_version > StateForm.VersionWithoutReplication || saved <= EdgeState.MostBurst, "too large a burst");
        return (ushort)((saved & ~EdgeState.MostBurst) | Calls(saved & EdgeState.MostBurst));
    }

    /// <summary>
    /// Former versions counted mapper flows alone. A pair that had many may make as many calls besides that have none, which count half:
    /// what was normal of it is to stay so.
    /// </summary>
    private int Calls(int burst) => _version > StateForm.VersionWithoutShared || burst == EdgeState.MostBurst
        ? burst
        : Math.Min(EdgeState.MostBurst - 1, 2 * burst);

    private void ReadHour(int edge)
    {
        var epoch = EpochNumber();
        Check(epoch >= 0 && state.Facts.FindOpen(edge, epoch) < 0, "an hour twice");
        var open = state.Facts.Open(edge, epoch);
        var beyond = Count();
        for (var left = Count(); left > 0; left--)
        {
            var fact = new Fact
            {
                Key = from.ReadInt64(),
                Start = Time(),
                MapperStart = from.ReadUInt32(),
                MapperEnd = from.ReadUInt32(),
                FlowStart = from.ReadUInt32(),
                FlowEnd = from.ReadUInt32(),
                ClientOctets = from.ReadUInt32(),
                ServerOctets = from.ReadUInt32(),
                SamplingInterval = from.ReadUInt32(),
                Exporters = Exporters(),
                MapperClientPort = from.ReadUInt16(),
                ClientPort = from.ReadUInt16(),
                ServerPort = from.ReadUInt16(),
                Basis = (JoinBasis)from.ReadByte(),
                Marks = (FactMarks)from.ReadByte(),
            };
            Check(state.Facts.Find(fact.Key) < 0, "a fact twice");
            state.Facts.Restore(edge, epoch, fact);
        }

        state.Facts[open].NumBeyond += beyond;
    }

    private void ReadBeyond()
    {
        // Edges have their rows in the order in which they were written.
        for (var edge = from.ReadInt32(); edge >= 0; edge = from.ReadInt32())
        {
            Check(edge < state.Edges.EdgeEnd, "an edge that is not there");
            var epoch = EpochNumber();
            var open = state.Facts.FindOpen(edge, epoch);
            var (answered, latest) = (from.ReadInt32(), from.ReadInt32());
            Check(open >= 0 && answered >= 0 && state.Facts[open].NumBeyond > 0, "an hour that is not there");
            ref var hour = ref state.Facts[open];
            hour.NumAnsweredBeyond = (int)Math.Min(int.MaxValue, (long)hour.NumAnsweredBeyond + answered);
            hour.NoteStart(Epoch.StartOf(epoch) + latest);
        }
    }

    private void ReadOperations()
    {
        for (var left = Count(); left > 0; left--)
        {
            var operation = new RpcOperation
            {
                AtUnixMilliseconds = Time(),
                Client = Address(),
                Server = Address(),
                ClientPort = from.ReadUInt16(),
                ServerPort = from.ReadUInt16(),
                Uid = Text(),
                Interface = Text(),
                Operation = Text(),
            };
            state.Operations.Add(
                operation, state.Leases.IdentityOf(operation.Client, operation.AtUnixMilliseconds),
                state.Leases.IdentityOf(operation.Server, operation.AtUnixMilliseconds), Epoch.Of(operation.AtUnixMilliseconds));
        }
    }

    private void ReadFindings()
    {
        for (var left = Count(); left > 0; left--)
        {
            var (kind, client, server) = (Kind(), Identity(), OptionalIdentity());
            var finding = new StandingFinding(kind, client, server)
            {
                Closed = Draft(kind, client, server),
                Open = Draft(kind, client, server),
            };
            Check(state.Findings.Find(finding.Id) is null, "a finding twice");
            if (_version > StateForm.VersionWithoutRoles) ReadNotes(finding);
            state.Findings.Restore(finding);
        }
    }

    private void ReadNotes(StandingFinding finding)
    {
        // What a role explains was not said where such findings are shown: it is said when the next hour closes.
        finding.IsExplained = from.ReadBoolean() && _version > StateForm.VersionWithoutPorts;
        if (_version > StateForm.VersionWithoutToldRoles) finding.IsBeforeToldRole = from.ReadBoolean();
        if (from.ReadBoolean())
        {
            var (severity, confidence) = Strength();
            finding.Shown = new ShownStrength(severity, confidence, Text());
        }

        finding.Held = Draft(finding.Kind, finding.Client, finding.Server);
        var count = from.ReadByte();
        Check(count <= Finding.MaxNotes, "too many notes");
        for (; count > 0; count--) finding.Annotate(Note());
    }

    private FindingNote Note()
    {
        var note = new FindingNote(Time(), Text());
        return _version <= StateForm.VersionWithoutPorts
            ? note
            : note with { Explains = from.ReadByte() switch { 1 => true, 2 => false, _ => null } };
    }

    private void ReadOctets()
    {
        for (var left = Count(); left > 0; left--)
        {
            var (key, counts) = (Key(), new OctetCounts());
            for (var places = from.ReadByte(); places > 0; places--) counts.Add(Place(), from.ReadUInt32());
            Check(state.Octets.Restore(key, counts), "sizes twice");
        }

        for (var left = Count(); left > 0; left--)
        {
            var hour = new HourOfOctets(EpochNumber());
            for (var sizes = Count(); sizes > 0; sizes--) Check(hour.Flows.TryAdd((Key(), Place()), from.ReadUInt32()), "a size twice");
            state.Octets.Restore(hour);
        }
    }

    private void ReadBursts()
    {
        for (var left = Count(); left > 0; left--)
        {
            var (client, server) = (Identity(), Identity());
            var day = new BurstDay(Count(), Calls(from.ReadByte()), _version > StateForm.VersionWithoutPipes ? from.ReadByte() : 0);
            Check(state.Bursts.Restore(client, server, day), "a burst twice");
        }
    }

    private OctetKey Key()
    {
        var (server, role, service) = (OptionalAddress(), Role(), from.ReadByte());
        Check(service < EdgeServiceName.Count, "an unknown service");
        return new OctetKey(server, role, (EdgeService)service);
    }

    private byte Place()
    {
        var place = from.ReadByte();
        Check(place < OctetCounts.NumPlaces, "an impossible size");
        return place;
    }

    private FindingDraft? Draft(FindingKind kind, HostIdentity client, HostIdentity? server)
    {
        if (!from.ReadBoolean()) return null;
        var claim = new Claim(kind, Texts(), Texts());
        var (severity, confidence) = Strength();
        var (count, first, last, reason, operations) = (Count(), Time(), Time(), Text(), Texts());
        var (assumesNoServer, isEarly) = (from.ReadBoolean(), from.ReadBoolean());
        var goesWithOthers = _version > StateForm.VersionWithoutShared && from.ReadBoolean();
        var (numServers, knownHosts) = _version > StateForm.VersionWithoutRoles ? (Count(), from.ReadByte()) : (1, (byte)0);
        var services = _version > StateForm.VersionWithoutPorts ? Services() : [];
        var flows = new DraftFlow[from.ReadByte()];
        for (var i = 0; i < flows.Length; i++)
            flows[i] =
                new DraftFlow(Address(), from.ReadUInt16(), Address(), from.ReadUInt16(), Time(), Time(), Exporters(), from.ReadUInt32());
        return new FindingDraft
        {
            Claim = claim,
            Client = client,
            Server = server,
            Severity = severity,
            Confidence = confidence,
            Count = count,
            First = first,
            Last = last,
            Reason = reason,
            Operations = operations,
            Services = services,
            AssumesNoServer = assumesNoServer,
            IsEarly = isEarly,
            GoesWithOthers = goesWithOthers,
            NumServers = numServers,
            KnownHosts = knownHosts,
            Flows = flows,
            Rarity = _version > StateForm.VersionWithoutPorts ? SavedRarity.Read(from, Check) : null,
        };
    }

    private ServiceShare[] Services()
    {
        var services = new ServiceShare[from.ReadByte()];
        Check(services.Length <= EdgeServiceName.Count, "too many services");
        for (var i = 0; i < services.Length; i++)
        {
            services[i] = new ServiceShare((EdgeService)from.ReadByte(), Count());
            Check((int)services[i].Service < EdgeServiceName.Count, "a service");
        }

        return services;
    }

    private (FindingSeverity Severity, FindingConfidence Confidence) Strength()
    {
        var (severity, confidence) = ((FindingSeverity)from.ReadByte(), (FindingConfidence)from.ReadByte());
        Check(Enum.IsDefined(severity) && Enum.IsDefined(confidence), "an unknown severity");
        return (severity, confidence);
    }

    private void ReadVerdicts()
    {
        for (var left = Count(); left > 0; left--)
        {
            var (kind, client, server, meaning) = (Kind(), Address(), OptionalAddress(), (VerdictMeaning)from.ReadByte());
            Check(Enum.IsDefined(meaning), "an unknown verdict");
            var (who, why, at, expires) = (Text(), Text(), Time(), from.ReadInt64());
            var verdict = new Verdict(kind, client, server, meaning, who, why, at, expires < 0 ? null : expires);
            if (_version > StateForm.VersionWithoutLeases) verdict = verdict with { ClientPeriod = Period(), ServerPeriod = Period() };
            state.Verdicts[verdict.FindingId] = verdict;
        }
    }

    private void ReadEndpoints()
    {
        for (var left = Count(); left > 0; left--)
        {
            var key = (Address(), from.ReadUInt16());
            state.KnownEndpoints.Restore(key, new KnownEndpoint(EpochNumber(), EpochNumber(), Count(), (RpcInterfaces)from.ReadUInt32()));
        }

        state.Snapshot = state.KnownEndpoints.Snapshot(state.Snapshot);
    }

    private void ReadShapes(ReplicationShapes shapes)
    {
        (shapes.Bar, shapes.FormerBar, shapes.ActsFrom) = (from.ReadUInt16(), from.ReadUInt16(), EpochNumber());
        var clients = from.ReadByte();
        Check(clients <= ReplicationShapes.MostClients, "too many clients of a shape");
        for (; clients > 0; clients--) shapes.Add(from.ReadUInt32(), from.ReadUInt16());
    }

    private void ReadPorts()
    {
        state.Ports.Since = EpochNumber();
        ReadShapes(state.Ports.Shapes);
        for (var servers = Count(); servers > 0; servers--)
        {
            var address = Address();
            Check(state.Ports.Find(address) is null, "a server's ports twice");
            var server = state.Ports.FindOrAdd(address);
            server.Since = EpochNumber();
            ReadShapes(server.Shapes);
            var ports = from.ReadByte();
            Check(ports <= ServerPorts.MostPorts, "too many ports");
            for (; ports > 0; ports--) ReadPort(server);
        }
    }

    private void ReadPort(ServerPorts server)
    {
        var number = from.ReadUInt16();
        Check(server.Find(number) is null, "a port twice");
        var port = server.FindOrAdd(number);
        (port.FirstAt, port.LastAt, port.Days, port.CommonSince) = (Time(), Time(), Count(), EpochNumber());
        if (_version > StateForm.VersionWithoutShared) port.SharedSince = EpochNumber();
        var clients = from.ReadByte();
        Check(clients <= PortHabit.MostClients, "too many clients of a port");
        for (; clients > 0; clients--) port.Add(from.ReadUInt32());
        if (_version <= StateForm.VersionWithoutShared && port.Clients.Count >= state.Options.CommonPortClients)
            port.SharedSince = Epoch.Of(port.LastAt);
    }

    private void ReadRareUses()
    {
        for (var left = Count(); left > 0; left--)
        {
            var (client, server, port, epoch, at) = (Identity(), Identity(), from.ReadUInt16(), EpochNumber(), Time());
            var use = new RareUse
            {
                Client = client,
                Server = server,
                Port = port,
                Epoch = epoch,
                At = at,
                IsRareByName = from.ReadBoolean(),
                AtPort = Count(),
                AtCommon = Count(),
                IsShown = from.ReadBoolean(),
                Draft = Draft(FindingKind.UnusualEndpoint, client, server),
            };
            state.RareUses.Add(use);
        }
    }

    private static void Check(bool isTrue, string what)
    {
        if (!isTrue) throw new JudgeStateException($"The saved state is damaged: {what}.");
    }

    private int Count()
    {
        var count = from.ReadInt32();
        Check(count >= 0, "a negative number");
        return count;
    }

    private long Time()
    {
        var time = from.ReadInt64();
        Check(time is >= 0 and < 1L << 48, "an impossible time");
        return time;
    }

    private int EpochNumber()
    {
        var epoch = from.ReadInt32();
        Check(epoch >= Epoch.None && epoch <= (1L << 48) / Epoch.Milliseconds, "an impossible hour");
        return epoch;
    }

    private int HostNumber()
    {
        var number = from.ReadInt32();
        Check(number >= 0 && number < _hosts.Count, "an unknown host");
        return _hosts[number];
    }

    private FindingKind Kind()
    {
        var kind = (FindingKind)from.ReadByte();
        Check(Enum.IsDefined(kind), "an unknown kind");
        return kind;
    }

    private HostAddress Address() => new(from.ReadUInt64(), from.ReadUInt64());

    private HostIdentity Identity() => new(Address(), _version > StateForm.VersionWithoutLeases ? Period() : 0);

    private HostIdentity? OptionalIdentity() => from.ReadBoolean() ? Identity() : null;

    private long Period()
    {
        var period = from.ReadInt64();
        Check(period >= 0, "a negative period");
        return period;
    }

    private HostAddress? OptionalAddress() => from.ReadBoolean() ? Address() : null;

    private ExporterSet Exporters()
    {
        var seenBy = default(ExporterSet);
        for (var left = from.ReadByte(); left > 0; left--)
        {
            var number = from.ReadInt32();
            if (_version == StateForm.FirstVersion) continue;
            Check(number >= 0 && number < _exporterIds.Count, "an unknown exporter");
            if (_exporterIds[number] >= 0) seenBy.Add(_exporterIds[number], exporters);
        }

        return seenBy;
    }

    private string[] Texts()
    {
        var count = from.ReadByte();
        Check(count <= StateForm.MaxList, "a list too long");
        var texts = new string[count];
        for (var i = 0; i < count; i++) texts[i] = Text();
        return texts;
    }

    private string Text()
    {
        // ReadString would report an impossible length as a disk failure, and believe any other.
        var length = from.Read7BitEncodedInt();
        Check(length >= 0 && length <= 3 * StateForm.MaxText, "a text too long");
        var octets = from.ReadBytes(length);
        Check(octets.Length == length, "it ends within a text");
        return System.Text.Encoding.UTF8.GetString(octets);
    }
}
