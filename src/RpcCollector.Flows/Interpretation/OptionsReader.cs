using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Reads Options Data Records: what an exporter says about itself (RFC 7011, 3.4.2.2; RFC 3954, 6).</summary>
internal sealed class OptionsReader(HopCounters counters)
{
    private readonly byte[] _scratch = new byte[RecordPlan.MaxScratchLength];

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
        var (systemInit, sampling) = (0L, 0u);
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
            if (TryReadSamplingInterval(record, plan, out var interval)) sampling = interval;
            content = content[length..];
        }

        // What several records of one Set say comes from one sender: it is one statement, that of the last.
        var isContested = systemInit != 0 && session.StateSystemInit(systemInit, arrivalUnixMilliseconds);
        isContested |= sampling != 0 && session.StateSampling(sampling, arrivalUnixMilliseconds, isInEveryMessage: false);
        if (isContested) counters.Note(Irregularity.OptionsContested);

        template.CountRecords(records, arrivalUnixMilliseconds);
        return records;
    }

    /// <summary>
    /// One packet in how many: samplingInterval (34), samplerRandomInterval (50), packet interval and space (305, 306), or size of
    /// population (309, 310).
    /// </summary>
    private static bool TryReadSamplingInterval(ReadOnlySpan<byte> record, RecordPlan plan, out uint interval)
    {
        var (sampled, of) = (plan[FieldRole.SamplingInterval].Read(record), plan[FieldRole.SamplingPacketSpace].Read(record));
        interval = 0;
        if (plan[FieldRole.SamplingPacketSpace].IsPresent && sampled > 0)
        {
            // 305 counts the packets taken in a row, 306 those skipped after them (RFC 5477, 8.2.2 and 8.2.3).
            interval = (uint)Math.Min(uint.MaxValue, (double)(sampled + of) / sampled);
        }
        else if (plan[FieldRole.SamplingSize].Read(record) is > 0 and var size)
        {
            interval = (uint)Math.Min(uint.MaxValue, (double)plan[FieldRole.SamplingPopulation].Read(record) / size);
        }
        else
        {
            interval = (uint)Math.Min(uint.MaxValue, sampled);
        }

        return interval > 0;
    }
}
