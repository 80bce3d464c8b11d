using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RpcCollector.Accounts;
using RpcCollector.Flows.Time;
using RpcCollector.Naming;
using RpcCollector.Store;
using RpcCollector.Store.People;

namespace RpcCollector.Http.Access;

/// <summary>Keeps who did what when and from where, in state.db and in the log.</summary>
/// <remarks>
/// What was done is not undone because its line cannot be kept: then the line stands in the log of the process, and is counted.
/// </remarks>
internal sealed partial class AuditLog(AuditStore store, ArrivalClock clock, AccessGauges gauges, ILogger<AuditLog> logger)
{
    private const int MaxWho = 200;
    private const int MaxTarget = 500;
    private const int MaxDetail = 2_000;

    /// <summary>Keeps what somebody has done by a request, and says it in the log; called once it is done.</summary>
    /// <param name="what">What, in kebab-case, such as verdict or role-told.</param>
    /// <param name="target">What it was done to, such as the id of a finding or the address of a host.</param>
    /// <param name="detail">What else there is to say: what was chosen, and why.</param>
    /// <param name="stated">Who they said they were, for where nobody has to log in.</param>
    public void Add(HttpContext context, string what, string? target = null, string? detail = null, string? stated = null)
    {
        Done(logger, InWords(Keep(context, what, target, detail, stated)));
    }

    /// <summary>The same for what is said in the log already.</summary>
    public AuditEntry Keep(HttpContext context, string what, string? target = null, string? detail = null, string? stated = null)
    {
        var person = Person.Of(context);
        var entry = new AuditEntry(
            0, clock.UnixMilliseconds, Bounded(person.Name ?? stated, MaxWho),
            person.Role is { } role ? KebabCase<AccessRole>.Of(role) : null, KebabCase<AccessMeans>.Of(person.Means),
            Caller.Of(context).Address?.ToString(), what, Bounded(target, MaxTarget), Bounded(detail, MaxDetail));
        Keep(entry);
        return entry;
    }

    /// <summary>Keeps what was not done by a request, or by nobody who was recognised.</summary>
    public void Add(AuditEntry entry)
    {
        var bounded = entry with
        {
            AtUnixMilliseconds = clock.UnixMilliseconds,
            Who = Bounded(entry.Who, MaxWho),
            Target = Bounded(entry.Target, MaxTarget),
            Detail = Bounded(entry.Detail, MaxDetail),
        };
        Keep(bounded);
        Done(logger, InWords(bounded));
    }

    private void Keep(AuditEntry entry)
    {
        try
        {
            store.Add(entry);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            gauges.CountAuditFailure();
            NotKept(logger, failure.Message, InWords(entry));
        }
    }

    private static string? Bounded(string? text, int most)
    {
        if (text is null || text.Length <= most) return text;

        // No half of a pair of surrogates is left.
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }

    /// <summary>One line, in which what others chose is escaped.</summary>
    private static string InWords(AuditEntry entry)
    {
        var words = new StringBuilder(entry.What);
        if (entry.Target is { } target) words.Append(" \"").Append(JsonEncodedText.Encode(target)).Append('"');
        if (entry.Who is { } who) words.Append(" by \"").Append(JsonEncodedText.Encode(who)).Append('"');
        words.Append(" (").Append(entry.Role is { } role ? role + ", " : "").Append(entry.Means).Append(')');
        if (entry.From is { } from) words.Append(" from ").Append(from);
        if (entry.Detail is { } detail)
            words.Append(": ").Append(JsonEncodedText.Encode(detail, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        return words.ToString();
    }

    [LoggerMessage(7201, LogLevel.Information, "Audit: {Deed}")]
    private static partial void Done(ILogger logger, string deed);

    [LoggerMessage(7202, LogLevel.Error, "The audit log cannot be written ({Reason}): {Deed}")]
    private static partial void NotKept(ILogger logger, string reason, string deed);
}
