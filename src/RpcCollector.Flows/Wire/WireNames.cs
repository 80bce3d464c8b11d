using System.Text;

namespace RpcCollector.Flows.Wire;

/// <summary>The names that messages carried lately, so that each is one string instead of one for every message.</summary>
internal sealed class WireNames
{
    private const int Most = 256;

    private readonly List<(byte[] Octets, string Name)> _known = [];
    private int _last;

    public string Of(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty) return "";
        if (_last < _known.Count && octets.SequenceEqual(_known[_last].Octets)) return _known[_last].Name;
        for (var i = 0; i < _known.Count; i++)
        {
            if (octets.SequenceEqual(_known[i].Octets)) return _known[_last = i].Name;
        }

        // Forged names make each other forgotten.
        if (_known.Count == Most) _known.Clear();
        _last = _known.Count;
        _known.Add((octets.ToArray(), Encoding.ASCII.GetString(octets)));
        return _known[_last].Name;
    }
}
