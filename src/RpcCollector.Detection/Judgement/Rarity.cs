namespace RpcCollector.Detection.Judgement;

/// <summary>How rare an edge is: 0 for what all do, 1 for what nobody else does.</summary>
/// <remarks>
/// Three questions, each answered by a share: how many of the other clients does the server answer by this service; how many of the
/// learned edges of such clients lead to such servers by this service; on how many of the other days that the network was watched was the
/// edge seen. A share of c in n surprises by log2((1 + n) / (1 + c)) bits, at most by log2(1 + n); the rarity is the sum of the three
/// surprises by the most that it could be. So it says how rare, not how dangerous, and falls with each that is like it.
/// </remarks>
public static class Rarity
{
    /// <summary>Beyond so many days more say nothing more.</summary>
    public const int MostDays = 30;

    /// <param name="others">Other clients that the server answered by this service.</param>
    /// <param name="clients">Other clients of the network.</param>
    /// <param name="alike">Other learned edges between hosts of such roles by this service.</param>
    /// <param name="ofRole">Other learned edges of clients of such a role.</param>
    /// <param name="days">Further days on which the edge was seen, after the first.</param>
    /// <param name="watched">Further days that the network was watched, after the first.</param>
    public static double Of(long others, long clients, long alike, long ofRole, long days, long watched)
    {
        double bits = 0, most = 0;
        Add(others, clients);
        Add(alike, ofRole);
        Add(Math.Min(days, MostDays - 1), Math.Min(watched, MostDays - 1));
        return most > 0 ? Math.Clamp(bits / most, 0, 1) : 1;

        void Add(long part, long whole)
        {
            whole = Math.Max(0, whole);
            part = Math.Clamp(part, 0, whole);
            bits += Math.Log2((1.0 + whole) / (1.0 + part));
            most += Math.Log2(1.0 + whole);
        }
    }
}
