using System.Numerics;
using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>What a client did with hosts that are no servers before the hour that is judged.</summary>
/// <remarks>
/// What was reported and nobody called benign is no habit, except in the learning period: there it says how a client behaves, once days
/// have confirmed it. Hours that may not be closed yet are left out: whether they are depends on the order of arrival.
/// </remarks>
internal sealed class PeerHabits(JudgementOptions options)
{
    private const int Remembered = 64;
    private const int Week = 7;

    // A bit for each of the last days on which it contacted a host for the first time: by each service, and by each with an answered
    // flow to an endpoint; and by any without being reported.
    private readonly ulong[] _byService = new ulong[EdgeServiceName.NumAdministration];
    private readonly ulong[] _drivenByService = new ulong[EdgeServiceName.NumAdministration];
    private readonly bool[] _hasPeers = new bool[EdgeServiceName.NumAdministration];

    // Hosts that it drove, reported or not, by the day on which it met them.
    private readonly Dictionary<int, int> _drivenByDay = [];

    private readonly Dictionary<int, int> _newByHour = [];
    private ulong _unreportedDays;
    private int _epoch;
    private int _knownBefore;
    private int _learnedSince;

    /// <summary>On how many days it contacted such a host for the first time without being reported, or called benign.</summary>
    public int UnreportedDays => BitOperations.PopCount(_unreportedDays);

    /// <param name="knownBefore">Only earlier hours count.</param>
    public void Begin(int epoch, int knownBefore, int learnedSince)
    {
        (_epoch, _knownBefore, _learnedSince, _unreportedDays) = (epoch, knownBefore, learnedSince, 0);
        Array.Clear(_byService);
        Array.Clear(_drivenByService);
        Array.Clear(_hasPeers);
        _newByHour.Clear();
        _drivenByDay.Clear();
    }

    /// <summary>Notes one of the client's edges to a host that is no server.</summary>
    public void Note(in EdgeState edge)
    {
        if (!IsKnown(edge.FirstEpoch) || !EdgeServiceName.IsAdministration(edge.Service)) return;
        if (edge.Service == EdgeService.Rpc && IsKnown(edge.DrivenSince))
        {
            var met = edge.FirstEpoch / Epoch.PerDay;
            _drivenByDay[met] = _drivenByDay.GetValueOrDefault(met) + 1;
        }

        var isNormal = IsKnown(edge.TrainedEpoch)
            || edge.FirstEpoch - _learnedSince < options.LearningPeriod.TotalHours;
        if (!isNormal) return;
        var age = (_epoch / Epoch.PerDay) - (edge.FirstEpoch / Epoch.PerDay);
        var day = age < Remembered ? 1UL << age : 0;
        if (IsKnown(edge.TrainedEpoch)) _unreportedDays |= day;
        _byService[(int)edge.Service] |= day;
        if (IsKnown(edge.DrivenSince)) _drivenByService[(int)edge.Service] |= day;
        if (IsKnown(edge.WitnessedSince)) _hasPeers[(int)edge.Service] = true;
        _newByHour[edge.FirstEpoch] = _newByHour.GetValueOrDefault(edge.FirstEpoch) + 1;
    }

    /// <summary>True when one of them answered by this service.</summary>
    public bool HasPeers(EdgeService service) => _hasPeers[(int)service];

    /// <summary>On how many days it contacted such a host for the first time by a service.</summary>
    /// <param name="isDriven">Only those that it drove: an endpoint flow or session was answered.</param>
    public int DaysOf(EdgeService service, bool isDriven) =>
        BitOperations.PopCount(isDriven ? _drivenByService[(int)service] : _byService[(int)service]);

    /// <summary>On how many days it contacted such a host for the first time by the service by which it did so on most.</summary>
    public int MostDays => _byService.Max(BitOperations.PopCount);

    /// <summary>
    /// The most hosts that it began to drive on a day, where it did so on several days over a week or more, reported or not; 0 where it did
    /// not, and has no such habit.
    /// </summary>
    public int MostDrivenADay()
    {
        var today = _epoch / Epoch.PerDay;
        var days = _drivenByDay.Where(day => day.Key < today).ToList();
        return days.Count < options.StableDays || days.Max(day => day.Key) - days.Min(day => day.Key) < Week
            ? 0
            : days.Max(day => day.Value);
    }

    /// <summary>The most such hosts first contacted within an hour, on the second of the busiest days; 0 when there was but one.</summary>
    public int SecondMostNewInAnHour()
    {
        var byDay = new Dictionary<int, int>();
        foreach (var (hour, count) in _newByHour)
            byDay[hour / Epoch.PerDay] = Math.Max(count, byDay.GetValueOrDefault(hour / Epoch.PerDay));
        return byDay.Values.OrderDescending().Skip(1).FirstOrDefault();
    }

    private bool IsKnown(int epoch) => epoch != Epoch.None && epoch < _knownBefore;
}
