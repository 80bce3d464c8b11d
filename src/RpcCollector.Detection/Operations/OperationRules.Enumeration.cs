namespace RpcCollector.Detection.Operations;

/// <summary>
/// Enumeration over samr, lsarpc, srvsvc and wkssvc: BloodHound's way. Five distinct operations in five minutes tell a tool from a
/// person.
/// </summary>
/// <remarks>
/// Every logon resolves names and sids, asks for groups and for the domain; that is five distinct operations too. So it takes
/// operations that Windows does not call by itself, and few clients of this network do, to raise the severity; lookups alone are nothing.
/// </remarks>
public static partial class OperationRules
{
    // Few honest clients list many users, groups or sessions, and even fewer call two such operations together.
    private const int TellingOperations = 2;

    // One client on one server within an hour: who resolves more looks for accounts one after the other.
    private const int ManyLookups = 200;

    private static OperationDraft? Enumeration(OperationWindow window, OperationOptions options)
    {
        var calls = window.Of(FindingKind.Enumeration);
        if (calls.Count == 0) return null;
        var minutes = options.EnumerationWindow.TotalMinutes;
        if (calls.All(call => window.IsOrdinary(call.Meaning)) && window.Server != HostRole.Workstation)
        {
            // Names and groups are looked up by every logon.
            return calls.Count < ManyLookups || IsServer(window.Client)
                ? null
                : Draft(
                    window, calls, FindingSeverity.Low, FindingConfidence.Low,
                    "looked up names, groups or policies again and again, each of which every client does now and then");
        }

        var (distinct, telling) = MostDistinctWithin(options, calls, window);
        if (distinct < options.EnumerationOperations)
        {
            return Draft(
                window, calls, FindingSeverity.Low, FindingConfidence.Low,
                $"called {distinct} enumerating {(distinct == 1 ? "operation" : "operations")}, fewer than " +
                $"{options.EnumerationOperations} in {minutes:0.#} minutes");
        }

        if (telling < TellingOperations)
            return Draft(
                window, calls, FindingSeverity.Low, FindingConfidence.Low,
                $"called {distinct} distinct enumerating operations in {minutes:0.#} minutes, as Windows does at logon");
        var severity = telling >= options.EnumerationOperations && !IsServer(window.Server) ? FindingSeverity.High : FindingSeverity.Medium;
        return Draft(
            window, calls, severity, FindingConfidence.High,
            $"called {distinct} distinct enumerating operations in {minutes:0.#} minutes, {telling} of which Windows does not call by " +
            $"itself");
    }

    /// <summary>The run within the window that has the most telling operations; a run with enough distinct ones comes first.</summary>
    private static (int Distinct, int Telling) MostDistinctWithin(
        OperationOptions options, IReadOnlyList<NamedCall> calls, OperationWindow window)
    {
        var milliseconds = (long)options.EnumerationWindow.TotalMilliseconds;
        var (most, first, telling) = ((Distinct: 0, Telling: 0), 0, 0);
        var within = new Dictionary<CataloguedOperation, int>();
        foreach (var call in calls)
        {
            for (; call.At - calls[first].At >= milliseconds; first++)
            {
                var gone = calls[first].Meaning;
                if (--within[gone] > 0) continue;
                within.Remove(gone);
                if (!window.IsOrdinary(gone)) telling--;
            }

            var count = within.GetValueOrDefault(call.Meaning);
            within[call.Meaning] = count + 1;
            if (count == 0 && !window.IsOrdinary(call.Meaning)) telling++;
            if (Rank(within.Count, telling).CompareTo(Rank(most.Distinct, most.Telling)) > 0) most = (within.Count, telling);
        }

        return most;

        (bool, int, int) Rank(int distinct, int telling) => (distinct >= options.EnumerationOperations, telling, distinct);
    }
}
