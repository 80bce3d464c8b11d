namespace RpcCollector.Store;

/// <summary>Hands changes over to the one writer that takes them: of activities, or of findings.</summary>
internal interface IChangeFeed<out T>
{
    /// <summary>How many changes wait.</summary>
    long Backlog { get; }

    /// <summary>Waits until something is there.</summary>
    /// <returns>True when it is, false when the time is up, null when nothing will come any more.</returns>
    Task<bool?> WaitAsync(TimeSpan atMost, CancellationToken stopping);

    /// <summary>
    /// The first of what waits, as much as goes well into one transaction, however much there is: who writes shows signs of life, and asks
    /// whether there is time left, between transactions. It is the caller's until it takes the next.
    /// </summary>
    /// <param name="most">No more than these.</param>
    IReadOnlyCollection<T> Take(int most = int.MaxValue);

    /// <summary>Counts what was taken and could not be written.</summary>
    void Drop(int count);
}
