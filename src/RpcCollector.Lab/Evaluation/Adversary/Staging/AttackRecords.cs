using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Forgery;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>A recorded attack turned back into the records that exporters would send of it, so that its ports can be changed.</summary>
internal static class AttackRecords
{
    /// <param name="portOf">The client's port of each connection, from the recorded one and the server's port.</param>
    /// <returns>Both halves of each connection, in no order.</returns>
    public static IEnumerable<ForgedRecord> Of(Move move, Func<ushort, ushort, ushort> portOf)
    {
        var shift = move.At - move.Attack.Start;
        foreach (var activity in move.Attack.Activities)
        {
            // What was counted and flagged is the endpoint flow, or the mapper flow where there is no other.
            if (activity.Mapper is { } mapper)
            {
                foreach (var half in Halves(mapper, activity.Endpoint is null ? activity.Traffic : null)) yield return half;
            }

            if (activity.Endpoint is not { } endpoint) continue;
            foreach (var half in Halves(endpoint, activity.Traffic)) yield return half;
        }

        foreach (var contact in move.Attack.Contacts)
        {
            foreach (var half in Halves(contact.Flow, contact.Traffic)) yield return half;
        }

        IEnumerable<ForgedRecord> Halves(FlowSpan span, FlowTraffic? traffic)
        {
            var (sent, answered) =
                traffic is { } seen ? (seen.ClientTcpFlags, seen.ServerTcpFlags) : (ForgedRecord.Whole, ForgedRecord.Whole);
            var record = new ForgedRecord(
                move.Attacker.IPv4, move.Victim.IPv4, portOf(span.ClientPort, span.ServerPort), span.ServerPort, sent,
                span.StartUnixMilliseconds + shift, span.EndUnixMilliseconds + shift)
            {
                Octets = Math.Max(52, traffic?.ClientOctets ?? 600),
            };
            yield return record;
            if (answered != 0) yield return record.Reply with { TcpFlags = answered, Octets = Math.Max(40, traffic?.ServerOctets ?? 600) };
        }
    }
}
