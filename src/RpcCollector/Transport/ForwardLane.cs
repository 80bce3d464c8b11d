namespace RpcCollector.Transport;

/// <summary>The way of one receiving thread's datagrams to the forwarder; only that thread may call it.</summary>
internal sealed class ForwardLane(DatagramRing ring, Forwarder forwarder)
{
    /// <summary>Leaves a copy of a datagram. Never waits: what finds no room is counted.</summary>
    public void Write(in ReceivedDatagram datagram) => ring.Write(datagram);

    /// <summary>Shows the forwarder what was left.</summary>
    /// <param name="isPausing">
    /// True before the thread pauses. In between, the forwarder is woken only for much: many datagrams cost it hardly more than a few.
    /// </param>
    public void Show(bool isPausing)
    {
        ring.Publish();
        if (isPausing ? !ring.IsEmpty : ring.IsQuarterFull) forwarder.Wake();
    }
}
