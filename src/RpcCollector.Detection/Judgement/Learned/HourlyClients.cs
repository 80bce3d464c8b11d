using System.Runtime.CompilerServices;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>How many clients a host has by each service in the latest hours; not saved, the open hours say it.</summary>
/// <remarks>
/// It is asked for each edge's hour, and flows of two hours come in turn while one ends: a walk over all clients of a domain controller
/// for each of them would stop the judge.
/// </remarks>
internal struct HourlyClients
{
    // At the usual lateness no more hours are open at once. A power of two.
    private const int NumHours = 4;

    private const int Bits = 4;
    private const uint Most = (1 << Bits) - 1;

    private Hours _hours;

    /// <summary>A client more, whose edge had no row of the hour before.</summary>
    public void Add(int epoch, EdgeService service)
    {
        ref var hour = ref _hours[epoch & (NumHours - 1)];
        if (hour.Epoch > epoch) return;
        if (hour.Epoch < epoch) hour = new Hour { Epoch = epoch };
        if (hour.Of(service) < Most) hour.Clients += 1u << (Bits * (int)service);
    }

    /// <summary>The hour was dropped, with its rows.</summary>
    public void Drop(int epoch)
    {
        ref var hour = ref _hours[epoch & (NumHours - 1)];
        if (hour.Epoch == epoch) hour = default;
    }

    /// <summary>A row of the hour was dropped: none of that service is counted any longer.</summary>
    public void Drop(int epoch, EdgeService service)
    {
        ref var hour = ref _hours[epoch & (NumHours - 1)];
        if (hour.Epoch == epoch) hour.Clients &= ~(Most << (Bits * (int)service));
    }

    /// <summary>
    /// How many; no more than fifteen are counted, and fewer where hours later than it were dropped since, or rows of the service.
    /// </summary>
    /// <returns>False where so many later hours are open that it is not known.</returns>
    public readonly bool TryCount(int epoch, EdgeService service, out int clients)
    {
        var hour = _hours[epoch & (NumHours - 1)];
        var isKnown = hour.Epoch == epoch;
        clients = isKnown ? hour.Of(service) : 0;
        return isKnown;
    }

    private struct Hour
    {
        public int Epoch;

        /// <summary>Of each service, from the lowest bits on.</summary>
        public uint Clients;

        public readonly int Of(EdgeService service) => (int)((Clients >> (Bits * (int)service)) & Most);
    }

    [InlineArray(NumHours)]
    private struct Hours
    {
        private Hour _first;
    }
}
