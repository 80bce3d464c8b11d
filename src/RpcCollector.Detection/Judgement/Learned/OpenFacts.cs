using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>The facts of the hours that are still open, and of the last one before those: each can be undone.</summary>
internal sealed class OpenFacts(Edges edges, JudgementOptions options)
{
    public const int None = -1;

    /// <summary>Of so many milliseconds mapper flows beyond the bound are counted together.</summary>
    public const int SliceMilliseconds = 5_000;

    // How far the first fact of each edge's hour may go beyond the bound: one of those is worth more than many of another edge.
    private const int FirstFactsFactor = 4;

    // Of the bound, plain contacts take this part at most: who floods them hides no call.
    private const int ContactsPart = 2;

    private readonly RowTable<OpenEdge> _open = new(isIndexed: false);
    private readonly RowTable<Fact> _facts = new();

    // By hour of an edge and few seconds. Not saved: the facts say it.
    private readonly RowTable<TallyRow> _tallies = new();

    // Contacts that are plain.
    private int _numPlain;

    /// <summary>The first open edge of each epoch, by epoch.</summary>
    public SortedList<int, int> Epochs { get; } = [];

    public int NumFacts => _facts.Count;

    public long Bytes => _open.Bytes + _facts.Bytes + _tallies.Bytes;

    // Not even the first fact of an edge's hour is held.
    private bool IsFull => _facts.Count >= FirstFactsFactor * (long)options.MaxOpenFacts;

    /// <summary>Facts that were only counted.</summary>
    public long Beyond { get; private set; }

    public void ForgetCounts() => Beyond = 0;

    public ref OpenEdge this[int index] => ref _open[index];

    public ref Fact Fact(int index) => ref _facts[index];

    /// <summary>Rows of facts from this index on have never been used.</summary>
    public int FactEnd => _facts.End;

    /// <summary>False for a row that was freed.</summary>
    public bool IsFact(int index) => _facts[index].Open != None;

    public int Find(long key)
    {
        var index = _facts.First(TableHash.Of((ulong)key));
        while (index >= 0 && _facts[index].Key != key) index = _facts[index].Next;
        return index;
    }

    /// <summary>Prefetches the bucket of a fact's hash, and then the row.</summary>
    public void FetchBucket(ulong hash) => _facts.FetchBucket(hash);

    public void Fetch(ulong hash) => _facts.FetchFirst(hash);

    /// <summary>Prefetches the latest open hour of an edge, and then the fact that a new one is linked to.</summary>
    public void FetchOpen(in EdgeState edge)
    {
        if (edge.Open >= 0) CacheLines.FetchRow(in _open[edge.Open]);
    }

    public void FetchLatest(in EdgeState edge)
    {
        if (edge.Open >= 0 && _open[edge.Open].Facts is >= 0 and var latest) CacheLines.FetchRow(in _facts[latest]);
    }

    /// <summary>An edge's open hour; none when negative.</summary>
    public int FindOpen(int edge, int epoch)
    {
        var open = edges[edge].Open;
        while (open >= 0 && _open[open].Epoch != epoch) open = _open[open].NextOfEdge;
        return open;
    }

    /// <summary>The first open hour of an edge that has facts; negative when there is none.</summary>
    public int FirstOpen(in EdgeState edge)
    {
        var first = None;
        for (var open = edge.Open; open >= 0; open = _open[open].NextOfEdge)
            if (_open[open].Count > 0 && (first < 0 || _open[open].Epoch < _open[first].Epoch)) first = open;
        return first;
    }

    /// <summary>Adds a fact to an edge's hour; where there are too many, only its number.</summary>
    /// <param name="mayBeNeeded">False for one that no rule looks at singly: of those their number is enough.</param>
    /// <param name="wasHeld">True for one that has just been removed, to be known better or to go elsewhere.</param>
    public int Add(int edge, int epoch, in Fact fact, bool mayBeNeeded = true, bool wasHeld = false)
    {
        var open = FindOpen(edge, epoch);
        if (open < 0) open = Open(edge, epoch);
        ref var hour = ref _open[open];
        hour.NoteStart(fact.Start);
        if (fact.IsTally && !hour.IsFull) return Insert(open, fact);
        if (HasRoom(hour, fact, mayBeNeeded, wasHeld)) return Insert(open, fact);
        if (mayBeNeeded) Beyond++;
        if (!CountBeyond(open, fact)) return open;
        hour.NumBeyond++;
        if (hour.SeenBy == 0 && fact.Exporters.Count > 0) hour.SeenBy = fact.Exporters.IdAt(0) + 1;
        if (fact.IsAnswered && hour.NumAnsweredBeyond != int.MaxValue) hour.NumAnsweredBeyond++;
        return open;
    }

    /// <summary>Adds one that another process held to an hour; where that held more than the bound, only its number.</summary>
    public void Restore(int edge, int epoch, in Fact fact)
    {
        if (!IsFull && FindOpen(edge, epoch) is >= 0 and var open
            && !_open[open].IsFull && (fact.IsTally || _open[open].NumHeld < options.MaxOpenFactsPerEdge))
        {
            _open[open].NoteStart(fact.Start);
            Insert(open, fact);
        }
        else
        {
            Add(edge, epoch, fact);
        }
    }

    /// <summary>
    /// One of those of which only the number is known is another now. Of several, what it was is not known: whether it had been answered.
    /// </summary>
    public void ReviseBeyond(int open, in Fact fact)
    {
        ref var hour = ref _open[open];
        if (hour.NumBeyond == 1) hour.NumAnsweredBeyond = fact.IsAnswered ? 1 : 0;
        else if (fact.IsAnswered) hour.NumAnsweredBeyond = int.MaxValue;
    }

    /// <summary>One of those of which only the number is known is withdrawn; or a tally, of which the others stay.</summary>
    public void WithdrawBeyond(int open, in Fact fact)
    {
        ref var hour = ref _open[open];
        // A fact that was moved to another hour, or is withdrawn with other times, was never counted in this one.
        if (fact is { IsAnswered: true, IsTally: false } && hour.NumAnsweredBeyond is > 0 and < int.MaxValue) hour.NumAnsweredBeyond--;
        if (hour.NumBeyond > 0) TakeBeyond(ref hour, 1);
        if (fact.HasMapper && TallyOf(open, fact) is >= 0 and var tally && _facts[_tallies[tally].Fact].NumOthers > 0)
            _facts[_tallies[tally].Fact].FlowEnd--;
    }

    /// <summary>In which part of its hour a mapper flow began.</summary>
    public static long SliceOf(in Fact fact) => (fact.Start + fact.MapperStart) / SliceMilliseconds;

    /// <summary>
    /// Of mapper flows beyond the bound it stays known how many there were in each few seconds: else a busy hour would hide a burst.
    /// </summary>
    /// <returns>False for one that is kept, as the first of its few seconds.</returns>
    private bool CountBeyond(int open, in Fact fact)
    {
        if (!fact.HasMapper || fact.IsRefused) return true;
        if (TallyOf(open, fact) is >= 0 and var tally)
        {
            _facts[_tallies[tally].Fact].FlowEnd++;
            return true;
        }

        if (IsFull || _open[open].IsFull) return true;
        Insert(open, fact.AsTally());
        return false;
    }

    /// <summary>One of those of which only the number is known is to be held.</summary>
    public void TakeBeyond(int open) => TakeBeyond(ref _open[open], 1);

    private static void TakeBeyond(ref OpenEdge hour, int number)
    {
        hour.NumBeyond -= number;
        if (hour.NumBeyond == 0) (hour.NumAnsweredBeyond, hour.SeenBy) = (0, 0);
    }

    private bool HasRoom(in OpenEdge hour, in Fact fact, bool mayBeNeeded, bool wasHeld)
    {
        if (!mayBeNeeded || hour.IsFull || hour.NumHeld >= options.MaxOpenFactsPerEdge) return false;
        if (hour.NumFacts == 0) return !IsFull;
        return _facts.Count < options.MaxOpenFacts && (wasHeld || !fact.IsPlain || _numPlain < options.MaxOpenFacts / ContactsPart);
    }

    private int Insert(int open, in Fact fact)
    {
        ref var hour = ref _open[open];
        var index = _facts.Add(fact);
        ref var row = ref _facts[index];
        row.Open = open;
        row.NextOfOpen = hour.Facts;
        row.PreviousOfOpen = None;
        if (hour.Facts >= 0) _facts[hour.Facts].PreviousOfOpen = index;
        hour.Facts = index;
        hour.NumFacts++;
        Count(ref hour, fact, 1);
        if (fact.IsTally && TallyOf(open, fact) < 0) _tallies.Add(new TallyRow { Open = open, Slice = SliceOf(fact), Fact = index });
        return open;
    }

    /// <summary>What counts the mapper flows of a fact's few seconds in an edge's hour; none when negative.</summary>
    private int TallyOf(int open, in Fact fact)
    {
        var slice = SliceOf(fact);
        var index = _tallies.First(TallyRow.HashOf(open, slice));
        while (index >= 0 && (_tallies[index].Open != open || _tallies[index].Slice != slice)) index = _tallies[index].Next;
        return index;
    }

    public void Remove(int index)
    {
        ref var fact = ref _facts[index];
        ref var hour = ref _open[fact.Open];
        if (fact.NextOfOpen >= 0) _facts[fact.NextOfOpen].PreviousOfOpen = fact.PreviousOfOpen;
        if (fact.PreviousOfOpen >= 0) _facts[fact.PreviousOfOpen].NextOfOpen = fact.NextOfOpen;
        else hour.Facts = fact.NextOfOpen;
        hour.NumFacts--;
        Count(ref hour, fact, -1);
        if (fact.IsTally && TallyOf(fact.Open, fact) is >= 0 and var tally && _tallies[tally].Fact == index) _tallies.Remove(tally);
        fact.Open = None;
        _facts.Remove(index);
    }

    /// <summary>Moves a fact to another edge's hour, and with a tally the others that it stands for.</summary>
    public void Move(int index, int edge, int epoch)
    {
        var fact = _facts[index];
        Remove(index);
        var open = Add(edge, epoch, fact, wasHeld: true);
        if (!fact.IsTally) return;
        ref var from = ref _open[fact.Open];
        var others = (int)Math.Min(fact.NumOthers, from.NumBeyond);
        if (others > 0 && from.NumAnsweredBeyond > 0) _open[open].NumAnsweredBeyond = int.MaxValue;
        _open[open].NumBeyond += others;
        TakeBeyond(ref from, others);
    }

    /// <summary>Drops all hours before this one.</summary>
    public void DropBefore(int epoch)
    {
        while (Epochs.Count > 0 && Epochs.Keys[0] < epoch) Drop(Epochs.Keys[0]);
    }

    /// <summary>Drops an hour, and with it every edge of which nothing else is known.</summary>
    public void Drop(int epoch)
    {
        if (!Epochs.Remove(epoch, out var open)) return;
        while (open >= 0)
        {
            while (_open[open].Facts >= 0) Remove(_open[open].Facts);
            edges.Host(edges[_open[open].Edge].Server).Clients.Drop(epoch);
            open = Leave(open);
        }
    }

    /// <summary>
    /// Of an hour that was closed, drops the facts from before a time that only say which hosts are controllers. They are no deeds of a
    /// client, and no rule looks back at them; where leases are told, they ask who was active just before.
    /// </summary>
    public void DropDirectories(int epoch, long beforeUnixMilliseconds)
    {
        if (!Epochs.TryGetValue(epoch, out var open)) return;
        var last = None;
        var first = None;
        while (open >= 0)
        {
            ref var edge = ref edges[_open[open].Edge];
            if (!EdgeServiceName.IsAdministration(edge.Service) && !HasSince(open, beforeUnixMilliseconds))
            {
                edges.Host(edge.Server).Clients.Drop(epoch, edge.Service);
                open = Leave(open);
                continue;
            }

            if (last < 0) first = open;
            else _open[last].NextOfEpoch = open;
            (last, open) = (open, _open[open].NextOfEpoch);
        }

        if (last >= 0) _open[last].NextOfEpoch = None;
        if (first >= 0) Epochs[epoch] = first;
        else Epochs.Remove(epoch);
    }

    /// <summary>Drops an hour's facts from before a time; false when none is left.</summary>
    private bool HasSince(int open, long unixMilliseconds)
    {
        for (var i = _open[open].Facts; i >= 0;)
        {
            var next = _facts[i].NextOfOpen;
            if (_facts[i].Start < unixMilliseconds) Remove(i);
            i = next;
        }

        return _open[open].Facts >= 0 || (_open[open].NumBeyond > 0 && _open[open].LatestStart >= unixMilliseconds);
    }

    /// <summary>Takes an edge's hour from its edge, and the edge itself of which nothing else is known.</summary>
    /// <returns>The next edge of the same hour.</returns>
    private int Leave(int open)
    {
        var hour = _open[open];
        ref var edge = ref edges[hour.Edge];
        if (edge.Open == open)
        {
            edge.Open = hour.NextOfEdge;
        }
        else
        {
            var before = edge.Open;
            while (_open[before].NextOfEdge != open) before = _open[before].NextOfEdge;
            _open[before].NextOfEdge = hour.NextOfEdge;
        }

        if (edge.Open < 0 && !edge.IsClosedOnce) edges.Remove(hour.Edge);
        _open.Remove(open);
        return hour.NextOfEpoch;
    }

    public int Open(int edge, int epoch)
    {
        var index = _open.Add(new OpenEdge(edge, epoch)
        {
            NextOfEdge = edges[edge].Open,
            NextOfEpoch = Epochs.TryGetValue(epoch, out var next) ? next : None,
        });
        ref var row = ref edges[edge];
        row.Open = index;
        edges.Host(row.Server).Clients.Add(epoch, row.Service);
        Epochs[epoch] = index;
        return index;
    }

    private void Count(ref OpenEdge hour, in Fact fact, int step)
    {
        if (fact.IsPlain) _numPlain += step;
        if (fact.IsUnanswered) Count(ref hour.NumUnanswered, step);
        else if (fact.IsAnswered) Count(ref hour.NumAnswered, step);
        if (fact is { IsAnswered: true, HasFlow: true }) Count(ref hour.NumDriven, step);
        if ((fact.Marks & FactMarks.Shaped) != FactMarks.None) Count(ref hour.NumShaped, step);
        if (fact.IsUpload) Count(ref hour.NumUploads, step);
        if (fact.IsTally) Count(ref hour.NumTallies, step);
        if ((fact.Marks & FactMarks.Listed) != FactMarks.None) Count(ref hour.NumListed, step);
    }

    // None of them is ever more than the facts that are held.
    private static void Count(ref ushort number, int step) => number = (ushort)(number + step);
}
