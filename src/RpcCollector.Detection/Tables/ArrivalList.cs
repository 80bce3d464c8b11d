namespace RpcCollector.Detection.Tables;

/// <summary>The flows of one kind in the order in which they were last seen: the next one to be dropped is at the front.</summary>
internal sealed class ArrivalList(RowStore<FlowRow> rows)
{
    private const int None = FlowRow.None;

    private int _newest = None;

    /// <summary>The flow not seen for longest; none when negative.</summary>
    public int Oldest { get; private set; } = None;

    /// <summary>The flow that was last seen; none when negative.</summary>
    public int Newest => _newest;

    /// <summary>The oldest flow that has not been judged since it was last seen; none when negative.</summary>
    public int Due { get; private set; } = None;

    public void Append(int index, uint arrival)
    {
        ref var row = ref rows[index];
        (row.Arrival, row.Older, row.Newer) = (arrival, _newest, None);
        if (_newest == None) Oldest = index;
        else rows[_newest].Newer = index;
        _newest = index;
        if (Due == None) Due = index;
    }

    /// <summary>Puts a flow before all others: it was last seen before any of them, and has not been passed.</summary>
    public void Prepend(int index, uint arrival)
    {
        ref var row = ref rows[index];
        (row.Arrival, row.Older, row.Newer) = (arrival, None, Oldest);
        if (Oldest == None) _newest = index;
        else rows[Oldest].Older = index;
        Oldest = Due = index;
    }

    /// <summary>True for its first and its last one: any other is linked to its neighbours alone, in whichever list it is.</summary>
    public bool IsAtEnd(int index) => index == Oldest || index == _newest;

    public void Unlink(int index)
    {
        ref var row = ref rows[index];
        if (Due == index) Due = row.Newer;
        if (row.Older == None) Oldest = row.Newer;
        else rows[row.Older].Newer = row.Newer;
        if (row.Newer == None) _newest = row.Older;
        else rows[row.Newer].Older = row.Older;
    }

    /// <summary>How many have not been judged since they were last seen: so many of the latest.</summary>
    public int CountDue()
    {
        var count = 0;
        for (var i = Due; i != None; i = rows[i].Newer) count++;
        return count;
    }

    /// <summary>So many of the latest have not been judged.</summary>
    public void BeginDue(int count)
    {
        Due = None;
        for (var i = _newest; i != None && count > 0; i = rows[i].Older, count--) Due = i;
    }

    public void SkipDue() => Due = rows[Due].Newer;
}
