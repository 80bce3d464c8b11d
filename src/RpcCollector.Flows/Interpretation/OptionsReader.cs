using System.Runtime.InteropServices;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Reads Options Data Records: what an exporter says about itself (RFC 7011, 3.4.2.2; RFC 3954, 6).</summary>
internal sealed class OptionsReader(HopCounters counters)
{
    private readonly byte[] _scratch = new byte[RecordPlan.MaxScratchLength];

    // What the records of the current Set say of each selector.
    private readonly Dictionary<Selector, uint> _sampling = [];

    /// <summary>Reads all records of a Set into the state of its session.</summary>
    /// <returns>How many there were.</returns>
    public int Read(ReadOnlySpan<byte> content, Template template, SessionDomain session, long arrivalUnixMilliseconds)
    {
        var plan = template.Plan;
        if (content.Length < plan.MinimumLength)
        {
            counters.Reject(Hop.Set, Rejection.SetShorterThanRecord);
            return 0;
        }

        counters.Use(Hop.Set);
        var records = 0;
        var systemInit = 0L;
        for (; content.Length >= plan.MinimumLength; records++)
        {
            var record = content;
            var length = plan.MinimumLength;
            if (plan.IsVariableLength)
            {
                length = plan.Gather(content, _scratch);
                if (length < 0) break;
                record = _scratch;
            }

            if ((long)plan[FieldRole.SystemInitTime].Read(record) is var init && UnixTime.IsPlausible(init)) systemInit = init;
            if (SamplingReader.TryRead(record, plan, out var interval)) NoteSampling(SelectorOf(record, plan), interval);
            content = content[length..];
        }

        // What several records of one Set say comes from one sender: it is one statement of the start, that of the last, and one of each
        // selector.
        var isContested = systemInit != 0 && session.StateSystemInit(systemInit, arrivalUnixMilliseconds);
        isContested |= _sampling.Count != 0 && StateSampling(session, arrivalUnixMilliseconds);
        if (isContested) counters.Note(Irregularity.OptionsContested);

        template.CountRecords(records, arrivalUnixMilliseconds);
        return records;
    }

    /// <summary>Of what a record says how it samples.</summary>
    private static Selector SelectorOf(ReadOnlySpan<byte> record, RecordPlan plan) =>
        plan.NamesSelector ? new Selector(SelectorKind.Selector, plan[FieldRole.Selector].Read(record))
        : plan.SpeaksOfInterface ? new Selector(SelectorKind.Interface, plan[FieldRole.IngressInterface].Read(record))
        : Selector.WholeDomain;

    /// <summary>What several records say of one selector is what the coarsest says: of each line card, for instance.</summary>
    private void NoteSampling(Selector selector, uint interval)
    {
        if (_sampling.Count >= SelectorTable.Most && !_sampling.ContainsKey(selector)) return;
        ref var stated = ref CollectionsMarshal.GetValueRefOrAddDefault(_sampling, selector, out _);
        stated = Math.Max(stated, interval);
    }

    private bool StateSampling(SessionDomain session, long arrivalUnixMilliseconds)
    {
        var isContested = false;
        foreach (var (selector, interval) in _sampling) isContested |= session.StateSampling(selector, interval, arrivalUnixMilliseconds);
        _sampling.Clear();
        return isContested;
    }
}
