namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>How surprising a new edge is, in bits, from what the network has done so far.</summary>
internal sealed class Population(Edges edges)
{
    // Those that are told apart here.
    private const int NumRoles = 6;
    private readonly int[] _byRoles = new int[NumRoles * NumRoles * EdgeServiceName.Count];
    private readonly int[] _byClientRole = new int[NumRoles];

    public int NumClients { get; private set; }

    /// <summary>Recounts what has been learned as normal.</summary>
    public void Learn()
    {
        Array.Clear(_byRoles);
        Array.Clear(_byClientRole);
        NumClients = 0;
        for (var i = 0; i < edges.HostEnd; i++) if (edges.IsHost(i) && edges.Host(i).Tally.AsClient > 0) NumClients++;
        for (var i = 0; i < edges.EdgeEnd; i++)
        {
            if (!edges.IsEdge(i) || edges[i].TrainedEpoch == Epoch.None || !EdgeServiceName.IsAdministration(edges[i].Service)) continue;
            ref var edge = ref edges[i];
            var role = edges.Host(edge.Client).Role;
            _byRoles[Place(role, edges.Host(edge.Server).Role, edge.Service)]++;
            _byClientRole[Row(role)]++;
        }
    }

    /// <summary>
    /// The sum of three surprises, each -log2 of a smoothed share: how rarely the client makes new edges, how few clients use the server,
    /// how rarely such roles meet.
    /// </summary>
    public Surprise Of(
        in HostState client, HostRole clientRole, in HostState server, HostRole serverRole, EdgeService service)
    {
        // Clients that were never seen before say nothing about whom they use: they are cheap to forge.
        var others = server.Tally.Witnesses.Of(service);
        var habit = Bits(client.NewEdges + 512.0, client.ActiveEpochs + 1024.0);
        var prevalence = Bits(others + 0.5, NumClients + 1.0);
        var roles = Bits(_byRoles[Place(clientRole, serverRole, service)] + 0.5, _byClientRole[Row(clientRole)] + 8.0);
        return new Surprise(habit, prevalence, roles);
    }

    /// <summary>How rarely the client makes new contacts to hosts that are not servers, in bits.</summary>
    public static double PeerHabitBits(in HostState client) => Bits(client.NewPeerEpochs + 256.0, client.ActiveEpochs + 1024.0);

    public void Save(BinaryWriter to)
    {
        to.Write(NumClients);
        foreach (var count in _byRoles) to.Write(count);
        foreach (var count in _byClientRole) to.Write(count);
    }

    public void Restore(BinaryReader from)
    {
        NumClients = from.ReadInt32();
        for (var i = 0; i < _byRoles.Length; i++) _byRoles[i] = from.ReadInt32();
        for (var i = 0; i < _byClientRole.Length; i++) _byClientRole[i] = from.ReadInt32();
    }

    private static double Bits(double part, double whole) => part >= whole ? 0 : -Math.Log2(part / whole);

    private static int Place(HostRole client, HostRole server, EdgeService service) =>
        ((Row(client) * NumRoles) + Row(server)) * EdgeServiceName.Count + (int)service;

    // A network has one or two that synchronize: too few to say what is common among them.
    private static int Row(HostRole role) => (int)(role == HostRole.DirectorySynchronizer ? HostRole.Server : role);
}

/// <summary>How surprising an edge is, and of what that is made up.</summary>
internal readonly record struct Surprise(double HabitBits, double PrevalenceBits, double RoleBits)
{
    public double Bits => HabitBits + PrevalenceBits + RoleBits;

    public override string ToString() => $"{Bits:0.0} bits of surprise";
}
