using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Forgery;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>
/// Forged records, beside those of a scenario's export, that make the attacker or his victim look like a domain controller, a server or a
/// management server; they come from an exporter of their own, as NetFlow v5.
/// </summary>
/// <param name="Clients">How many feigned clients (or targets of a management server); 0 for one packet.</param>
internal sealed record ScenarioPoison(PoisonForm Form, int Clients)
{
    private const int Minute = 60_000;
    private const uint FirstFeigned = 0x0A4D_0001;

    private static readonly TransportSession Session =
        new(HostAddress.FromIPv4(0xC633_64FA), 40_000, HostAddress.FromIPv4(0xC633_64FE), 2_055);

    private static readonly ushort[] Ports =
        [WellKnownPort.Kerberos, WellKnownPort.Ldap, WellKnownPort.Smb, WellKnownPort.EndpointMapper, EndpointPort];

    private const ushort EndpointPort = 49_690;

    /// <summary>Every form, with so many clients.</summary>
    public static IReadOnlyList<ScenarioPoison> All(int clients) =>
        [.. Enum.GetValues<PoisonForm>().Select(form => new ScenarioPoison(form, clients))];

    /// <summary>Reads none, packet, clients:5 and the like.</summary>
    /// <returns>False when it is nothing of that; no forms for none.</returns>
    public static bool TryParse(string text, out IReadOnlyList<ScenarioPoison> forms)
    {
        const string Prefix = "clients:";
        forms = [];
        if (text is "none") return true;
        if (text is "packet")
        {
            forms = All(0);
            return true;
        }

        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !int.TryParse(text[Prefix.Length..], out var clients)
            || clients is < 1 or > 1_000) return false;
        forms = All(clients);
        return true;
    }

    /// <summary>The forged datagrams in the order of their arrival: within the hour before the attack, or hours after it.</summary>
    /// <param name="startUnixMilliseconds">When the attack begins.</param>
    public IReadOnlyList<PoisonDatagram> For(Scenario scenario, long startUnixMilliseconds)
    {
        var isAfter = Form is PoisonForm.AttackerServesAfter or PoisonForm.VictimServesAfter or PoisonForm.AttackerManagesAfter;
        var from = startUnixMilliseconds + (isAfter ? 150 * Minute : -55 * Minute);
        var host = (uint)(Form is PoisonForm.VictimServes or PoisonForm.VictimServesAfter ? scenario.Server : scenario.Client).Low;
        var manages = Form is PoisonForm.AttackerManages or PoisonForm.AttackerManagesAfter;
        var records = new List<ForgedRecord>();
        if (Clients == 0)
        {
            // A lone SYN: from port 88, or to a server that is not there.
            records.Add(manages
                ? Record(host, FirstFeigned, 51_234, WellKnownPort.Smb, from) with { TcpFlags = ForgedRecord.Syn, Packets = 1 }
                : Record(host, FirstFeigned, WellKnownPort.Kerberos, 51_234, from) with { TcpFlags = ForgedRecord.Syn, Packets = 1 });
        }

        for (var i = 0; i < Clients; i++)
        {
            // The last ones come while the attack goes on.
            var (at, other) = (from + (i * 60L * Minute / Clients), FirstFeigned + (uint)i);
            foreach (var port in manages ? [WellKnownPort.Smb] : Ports)
            {
                var (client, server) = manages ? (host, other) : (other, host);
                var record = Record(client, server, (ushort)(52_000 + records.Count), port, at + (port == EndpointPort ? 10 : 0));
                records.Add(record);
                records.Add(record.Reply);
            }
        }

        return [.. records.Chunk(10).Select((some, i) => Write(some, (uint)(i * 10)))];
    }

    private static ForgedRecord Record(uint sender, uint receiver, ushort senderPort, ushort receiverPort, long at) =>
        new(sender, receiver, senderPort, receiverPort, ForgedRecord.Whole, at, at + 1_500);

    private static PoisonDatagram Write(ForgedRecord[] records, uint sequence)
    {
        var arrival = records.Max(record => record.End) + 1_000;
        return new PoisonDatagram(NetFlow5Message.Write(records, arrival, sequence), Session, arrival);
    }
}

/// <summary>Whom the forged records make look like what.</summary>
internal enum PoisonForm : byte
{
    /// <summary>The attacker serves Kerberos, LDAP, SMB and RPC, within the hour in which the attack begins.</summary>
    AttackerServes,

    /// <summary>The victim does.</summary>
    VictimServes,

    /// <summary>The attacker contacts many.</summary>
    AttackerManages,

    /// <summary>The same hours after the attack, when its findings have been read.</summary>
    AttackerServesAfter,
    VictimServesAfter,
    AttackerManagesAfter,
}

/// <summary>A forged datagram and when it arrives.</summary>
internal sealed record PoisonDatagram(byte[] Payload, TransportSession Session, long ArrivalUnixMilliseconds);
