namespace RpcCollector.Detection.Advice;

/// <summary>The advice for one finding: the row of its kind, filled in with its hosts and minutes.</summary>
public sealed record FindingAdvice
{
    private FindingAdvice(AdviceSubject subject)
    {
        Subject = subject;
        Kind = KindAdvice.Of(subject.Kind);
        Window = AdviceWindow.Of(subject);
        Filters = [.. TrafficFilters.For(Kind, subject, Window), .. EventFilters.For(Kind, subject, Window)];
    }

    public AdviceSubject Subject { get; }

    public KindAdvice Kind { get; }

    public AdviceWindow Window { get; }

    /// <summary>What the client did, as exactly as its operations tell.</summary>
    public string Deed => Kind.DeedOf(Subject.Operations);

    public string NextStep => KindAdvice.NextStep(Subject);

    public IReadOnlyList<AdviceFilter> Filters { get; }

    public static FindingAdvice For(Finding finding) => For(AdviceSubject.Of(finding));

    public static FindingAdvice For(AdviceSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return new FindingAdvice(subject);
    }

    /// <summary>The host that a row means.</summary>
    public AdvicePlace PlaceOf(AdviceHost host) => AdvicePlace.Of(host, Subject);
}
