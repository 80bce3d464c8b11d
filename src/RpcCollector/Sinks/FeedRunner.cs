using RpcCollector.Options;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Sinks;

/// <summary>Tells what happens, one message after the other: a webhook, syslog, a file.</summary>
internal sealed class FeedRunner(SinkOptions options, SinkStatus status, SinkReader reader, ISinkSender sender, SinkTools tools)
    : SinkRunner(options, status, reader, tools)
{
    // What the other side refuses for its content is refused again: it must not keep what comes after it.
    private const int MostRefusals = 5;

    // Lines that are none of this sink's business are passed over so many at once before that is kept.
    private const int MostPassedOver = 500;

    private static readonly TimeSpan TellsAgain = TimeSpan.FromMinutes(5);

    private string? _refused;
    private int _refusals;
    private long _kept;
    private bool _owesPlace;

    private OutboxSubject? Only =>
        Options.Sends switch { SinkContent.Incidents => OutboxSubject.Incident, SinkContent.Findings => OutboxSubject.Finding, _ => null };

    public override void Begin()
    {
        base.Begin();
        _kept = Cursor;
    }

    public override (long Count, long? OldestUnixMilliseconds) Waiting() => Reader.Outbox.Waiting(Cursor, Only);

    protected override async Task<SinkTurn> TurnAsync(CancellationToken stopping)
    {
        if (_owesPlace) Keep();
        if (Reader.Outbox.Last <= Cursor) return SinkTurn.Idle;
        var entries = Reader.Outbox.Read(Cursor, sender.MaxBatch, only: null);
        if (entries.Count == 0) return SinkTurn.Idle;

        // 1. What the store says of them now.
        var messages = new List<SinkMessage>(entries.Count);
        foreach (var entry in entries)
        {
            if (Only is { } only && entry.Subject != only) continue;
            if (Reader.Read(entry) is not { } message)
                Status.Drop(SinkMessage.KeyOf(entry.Id, entry.Sequence, Reader.Outbox.Id), "the store does not have it any more");
            else if (SinkReader.IsWanted(message, Options) && sender.Tells(message)) messages.Add(message);
        }

        // 2. To the other side.
        var outcome = messages.Count == 0 ? new SinkOutcome(0) : await sender.SendAsync(messages, stopping);

        // 3. How far that is.
        if (outcome.Delivered > 0) Status.Succeed(outcome.Delivered, Now);
        if (outcome.Failure is null) Cursor = entries[^1].Sequence;
        else if (outcome.Delivered > 0) Cursor = messages[outcome.Delivered - 1].Sequence;
        var isGivenUp = outcome.Failure is { IsHopeless: true } refusal && IsGivenUp(messages[outcome.Delivered], refusal);
        if (isGivenUp) Cursor = messages[outcome.Delivered].Sequence;
        if (Cursor > _kept && (outcome.Delivered > 0 || isGivenUp || Cursor - _kept > MostPassedOver)) Keep();
        return outcome.Failure is { } failure && !isGivenUp ? SinkTurn.Failed(failure) : SinkTurn.Done;
    }

    /// <remarks>
    /// The judge that told people may have died over the last minutes of it: those are told once more. Its lines have other numbers and
    /// other times than those here, by how far one lies behind the other: so they are compared with minutes to spare.
    /// </remarks>
    protected override void StandBy()
    {
        if (_owesPlace) Keep();
        if (Reader.Outbox.Last <= Cursor) return;
        var entries = Reader.Outbox.Read(Cursor, MostPassedOver, only: null);
        if (entries.Count == 0 || entries[0].AtUnixMilliseconds > Now - TellsAgain.TotalMilliseconds) return;

        // One whose other side does not answer has told nothing since, however long that is.
        var until = Math.Min(Now, Reader.Outbox.ToldByAnother(Status.Name) ?? Now) - TellsAgain.TotalMilliseconds;
        var told = entries.TakeWhile(entry => entry.AtUnixMilliseconds <= until).ToList();
        if (told.Count == 0) return;
        Cursor = told[^1].Sequence;
        Keep();
    }

    // While the disk refuses it, what was told is not told again: only a restart would.
    private void Keep()
    {
        _owesPlace = true;
        Reader.Outbox.Advance(Status.Name, Cursor);
        (_kept, _owesPlace) = (Cursor, false);
    }

    private bool IsGivenUp(SinkMessage message, SinkFailure refusal)
    {
        if (!message.Key.Equals(_refused, StringComparison.Ordinal)) (_refused, _refusals) = (message.Key, 0);
        if (++_refusals < MostRefusals) return false;
        (_refused, _refusals) = (null, 0);
        Status.Drop(message.Key, refusal.Reason);
        return true;
    }
}
