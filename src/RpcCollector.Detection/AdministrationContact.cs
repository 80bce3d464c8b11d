using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>
/// A connection to a port of the remote administration family other than the mapper (139, 445, 593, 5985, 5986), or to a port that marks a
/// domain controller (88, 389); unique by connection.
/// </summary>
public readonly record struct AdministrationContact
{
    /// <summary>Stays the same when the contact is revised, and across restarts for the same flows.</summary>
    public long Id { get; init; }

    public HostAddress Client { get; init; }

    public HostAddress Server { get; init; }

    public FlowSpan Flow { get; init; }

    /// <summary>All exporters that saw it.</summary>
    public ExporterSet Exporters { get; init; }

    /// <summary>1 is unsampled, 0 unknown.</summary>
    public uint SamplingInterval { get; init; }

    public FlowTraffic Traffic { get; init; }

    /// <summary>
    /// What its ends are called on the other side of a device that translates addresses; null when no device says that it translated them.
    /// </summary>
    public TranslatedEnds? Translated { get; init; }
}

/// <summary>One step in the life of a contact, in the order in which a shard took it.</summary>
public readonly record struct ContactChange(ActivityChangeKind Kind, AdministrationContact Contact);
