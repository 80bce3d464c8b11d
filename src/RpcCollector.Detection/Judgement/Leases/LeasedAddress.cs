namespace RpcCollector.Detection.Judgement.Leases;

/// <summary>Who had an address: what closed hours settled, and the leases of the hours that are open.</summary>
internal sealed class LeasedAddress
{
    /// <summary>The first machine that is known to have had it; 0 before an hour with a lease was closed.</summary>
    public ulong First { get; set; }

    /// <summary>Who had it when the last hour was closed, and since when; 0 for nobody that is known.</summary>
    public ulong Holder { get; set; }

    public long Since { get; set; }

    /// <summary>Who had it before that; 0 for nobody that is known.</summary>
    public ulong Former { get; set; }

    /// <summary>True when the address was active just before its holder is said to have come.</summary>
    public bool WasInUse { get; set; }

    /// <summary>The last hour with a lease of it.</summary>
    public int LastEpoch { get; set; }

    /// <summary>The leases of open hours, by start and machine.</summary>
    public List<(long Start, ulong Machine)> Open { get; } = [];

    public ulong FirstMachine => First != 0 ? First : Open.Count > 0 ? Open[0].Machine : 0;

    /// <summary>0 for nobody that is known.</summary>
    public ulong HolderAt(long unixMilliseconds)
    {
        for (var i = Open.Count - 1; i >= 0; i--) if (Open[i].Start <= unixMilliseconds) return Open[i].Machine;
        return unixMilliseconds >= Since ? Holder : Former;
    }

    /// <summary>Everybody that is known to have had it of late.</summary>
    public IEnumerable<ulong> Machines() => Open.Select(held => held.Machine).Append(Holder).Append(Former).Append(First)
        .Where(machine => machine != 0).Distinct();

    /// <summary>When a machine came that has it at a time: the start of the first lease in a row; null when that is settled.</summary>
    public long? CameAt(ulong machine, long before)
    {
        var i = Open.Count - 1;
        while (i >= 0 && (Open[i].Start >= before || Open[i].Machine != machine)) i--;
        if (i < 0) return null;
        while (i > 0 && Open[i - 1].Machine == machine) i--;
        return i == 0 && Holder == machine ? null : Open[i].Start;
    }
}
