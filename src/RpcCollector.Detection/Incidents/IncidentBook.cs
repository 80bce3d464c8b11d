namespace RpcCollector.Detection.Incidents;

/// <summary>Makes incidents of findings: what it makes depends on which findings stand, and not on the order in which they came.</summary>
/// <remarks>One thread calls it.</remarks>
public sealed class IncidentBook(IncidentOptions options)
{
    /// <summary>Takes what has changed of findings.</summary>
    /// <returns>
    /// What that changes of incidents: those that are new, revised, gone into another or withdrawn, in the order of their ids.
    /// </returns>
    public IReadOnlyList<IncidentChange> Take(IEnumerable<FindingChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        _ = options;
        throw new NotSupportedException();
    }

    /// <summary>Those that stand: the worst first, then the surest, then the latest.</summary>
    public IReadOnlyList<Incident> InOrder() => throw new NotSupportedException();

    /// <summary>Its findings change no more with others: a person has closed it. What comes makes another.</summary>
    public IReadOnlyList<IncidentChange> Close(long incident) => throw new NotSupportedException();

    /// <summary>A person has opened it again.</summary>
    public IReadOnlyList<IncidentChange> Reopen(long incident) => throw new NotSupportedException();
}
