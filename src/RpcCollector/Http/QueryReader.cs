using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Naming;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>Reads the parameters of one request and collects everything that is wrong with them, by parameter (RFC 9457).</summary>
internal sealed class QueryReader
{
    private readonly IQueryCollection _query;

    /// <param name="known">The parameters of the endpoint; a misspelt one must not silently widen the answer.</param>
    public QueryReader(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        _query = query;
        foreach (var name in query.Keys)
        {
            if (!known.Contains(name)) Refuse(name, $"There is no such parameter; the parameters are {string.Join(", ", known)}.");
        }
    }

    /// <summary>Parameter to what is wrong with it; empty when all is well.</summary>
    public Dictionary<string, string[]> Errors { get; } = new(StringComparer.Ordinal);

    public long? Time(string name)
    {
        if (Text(name) is not { } text) return null;
        if (decimal.TryParse(
            text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            if (Math.Abs(seconds) < 100_000_000_000) return (long)decimal.Floor(seconds * 1000);
        }
        else if (DateTimeOffset.TryParseExact(
            text.ToUpperInvariant(), ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time))
        {
            return time.ToUnixTimeMilliseconds();
        }

        Refuse(name,
            $"'{text}' is neither a time as RFC 3339 writes it (2020-08-06T07:56:05.251Z; a + must be sent as %2B) nor Unix seconds.");
        return null;
    }

    public AddressRange? Addresses(string name)
    {
        if (Text(name) is not { } text) return null;
        if (AddressRange.TryParse(text, out var range)) return range;
        Refuse(name, $"'{text}' is neither an IPv4 or IPv6 address nor a prefix such as 10.0.0.0/8.");
        return null;
    }

    public HostAddress? Address(string name)
    {
        if (Text(name) is not { } text) return null;
        if (HostAddress.TryParse(text, out var address)) return address;
        Refuse(name, $"'{text}' is not an IPv4 or IPv6 address.");
        return null;
    }

    public HashSet<JoinBasis> Bases(string name)
    {
        var bases = new HashSet<JoinBasis>();
        foreach (var text in _query[name])
        {
            if (BasisName.TryParse(text, out var basis)) bases.Add(basis);
            else Refuse(name, $"'{text}' is not one of {string.Join(", ", BasisName.All.Select(BasisName.Of))}.");
        }

        return bases;
    }

    /// <summary>One value of a closed list, by the names that findings show.</summary>
    public T? Named<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text) return null;
        if (KebabCase<T>.TryParse(text, out var value)) return value;
        Refuse(name, $"'{text}' is not one of {string.Join(", ", KebabCase<T>.All.Select(KebabCase<T>.Of))}.");
        return null;
    }

    /// <summary>Any number of values of a closed list.</summary>
    public HashSet<T> AllNamed<T>(string name)
        where T : struct, Enum
    {
        var values = new HashSet<T>();
        foreach (var text in _query[name])
        {
            if (KebabCase<T>.TryParse(text, out var value)) values.Add(value);
            else Refuse(name, $"'{text}' is not one of {string.Join(", ", KebabCase<T>.All.Select(KebabCase<T>.Of))}.");
        }

        return values;
    }

    public bool Flag(string name)
    {
        if (Text(name) is not { } text) return false;
        if (bool.TryParse(text, out var flag)) return flag;
        Refuse(name, $"'{text}' is neither true nor false.");
        return false;
    }

    /// <summary>An ATT&amp;CK technique, such as T1021 or T1021.003.</summary>
    public string? Technique(string name)
    {
        if (Text(name) is not { } text) return null;
        var technique = text.ToUpperInvariant();
        if (IsTechnique(technique)) return technique;
        Refuse(name, $"'{text}' is not an ATT&CK technique such as T1021 or T1021.003.");
        return null;
    }

    /// <summary>An RPC interface by name or UUID.</summary>
    public RpcInterfaces? Interfaces(string name)
    {
        if (Text(name) is not { } text) return null;
        if (OperationCatalog.TryFind(text, out var interfaces)) return interfaces;
        Refuse(name,
            $"'{text}' is not the name or the UUID of an interface that endpoints are known by: " +
            $"{string.Join(", ", KebabCase<RpcInterfaces>.All.SelectMany(RpcInterfaceNames.Of))}.");
        return null;
    }

    /// <summary>A Community ID, as <see cref="Detection.CommunityId.TryGetKey"/> has it.</summary>
    public long? CommunityKey(string name)
    {
        if (Text(name) is not { } text) return null;
        if (CommunityId.TryGetKey(text, out var key)) return key;
        Refuse(name, $"'{text}' is not a Community ID of version 1, such as 1:LQU9qZlK+B5F3KDmev6m5PMibrg= (a + must be sent as %2B).");
        return null;
    }

    /// <summary>The id of a finding or of an incident.</summary>
    public long? Id(string name)
    {
        if (Text(name) is not { } text) return null;
        if (FindingEndpoints.TryParseId(text, out var id)) return id;
        Refuse(name, $"'{text}' is not an id: 16 hexadecimal digits.");
        return null;
    }

    /// <summary>A part of a text; null when none is given.</summary>
    public string? Part(string name, int most)
    {
        if (Text(name) is not { } text) return null;
        if (text.Length >= 1 && text.Length <= most) return text;
        Refuse(name, $"It has {text.Length} characters, and 1 to {most} can be looked for.");
        return null;
    }

    /// <summary>A number from 0 to 1; 0 when none is given.</summary>
    public double Share(string name)
    {
        if (Text(name) is not { } text) return 0;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1)
            return share;
        Refuse(name, $"'{text}' is not a number from 0 to 1.");
        return 0;
    }

    public AddressPrefix? Prefix(string name)
    {
        if (Text(name) is not { } text) return null;
        if (AddressPrefix.TryParse(text, out var prefix)) return prefix;
        Refuse(name, $"'{text}' is neither an IPv4 or IPv6 address nor a prefix such as 10.0.0.0/8.");
        return null;
    }

    public int Limit(string name, int byDefault, int most)
    {
        if (Text(name) is not { } text) return byDefault;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most) return limit;
        Refuse(name, $"'{text}' is not a whole number from 1 to {most}.");
        return byDefault;
    }

    public ActivityCursor? Cursor(string name)
    {
        if (Text(name) is not { } text) return null;
        if (ActivityCursor.TryParse(text, out var cursor)) return cursor;
        Refuse(name, "This is not a cursor from 'next'.");
        return null;
    }

    /// <summary>The one value of a parameter; null when it is not there.</summary>
    public string? Text(string name)
    {
        var values = _query[name];
        if (values.Count > 1) Refuse(name, "It may be given only once.");
        return values.Count == 1 ? values[0] ?? "" : null;
    }

    public void Refuse(string name, string reason) => Errors.TryAdd(name, [reason]);

    private static bool IsTechnique(string text)
    {
        var (technique, dot, sub) = text.IndexOf('.', StringComparison.Ordinal) is var place and >= 0
            ? (text[..place], true, text[(place + 1)..])
            : (text, false, "");
        return technique is ['T', .. { Length: 4 } number] && number.All(char.IsAsciiDigit)
            && (!dot || (sub.Length == 3 && sub.All(char.IsAsciiDigit)));
    }
}
