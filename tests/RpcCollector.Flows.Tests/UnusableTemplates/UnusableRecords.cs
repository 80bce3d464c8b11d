namespace RpcCollector.Flows.Tests.UnusableTemplates;

/// <summary>Template Records that cannot be used, one of each kind.</summary>
internal static class UnusableRecords
{
    public const int Kinds = 8;

    /// <summary>Writes a Set with a record of a kind.</summary>
    public static void Write(MessageBuilder message, int id, int kind, int version)
    {
        var (templates, options) = version == 9 ? (0, 1) : (2, 3);
        switch (kind)
        {
            // More fields than the Set has octets for.
            case 0: message.Set(templates, set => Fields(set.U16(id).U16(30), 8)); break;
            // Records of no octets.
            case 1: message.Set(templates, set => set.U16(id).U16(2).U16(8).U16(0).U16(12).U16(0)); break;
            // More fields than a Template may have.
            case 2: message.Set(templates, set => Fields(set.U16(id).U16(600), 600)); break;
            // Cut behind its id.
            case 3: message.Set(templates, set => Fields(set.U16(700).U16(2), 2).U16(id)); break;
            // Records that no Set can hold.
            case 4: message.Set(templates, set => set.U16(id).U16(3).U16(95).U16(65_000).U16(96).U16(400).U16(8).U16(200)); break;
            // An Options Template whose scopes do not fit its fields.
            case 5 when version == 9: message.Set(options, set => set.U16(id).U16(3).U16(4).U16(1).U16(4).U16(34).U16(4).Zeros(3)); break;
            case 5: message.Set(options, set => set.U16(id).U16(1).U16(2).U16(149).U16(4).U16(34).U16(4)); break;
            // An Options Template that ends beyond its Set.
            case 6 when version == 9: message.Set(options, set => set.U16(id).U16(4).U16(40).U16(1).U16(4).U16(34).U16(4)); break;
            case 6: message.Set(options, set => set.U16(id).U16(9).U16(1).U16(149).U16(4).U16(34).U16(4)); break;
            // No fields; IPFIX means a withdrawal by that, so there it is cut within its first field.
            case 7 when version == 9: message.Set(templates, set => set.U16(id).U16(0)); break;
            case 7: message.Set(templates, set => set.U16(id).U16(1).U16(8)); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    private static MessageBuilder Fields(MessageBuilder set, int count)
    {
        for (var i = 0; i < count; i++) set.U16(8 + (i % 4)).U16(4);
        return set;
    }
}
