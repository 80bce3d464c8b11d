using System.Reflection;
using RpcCollector.Detection.Advice;
using RpcCollector.Detection.Operations;

namespace RpcCollector.Detection.Tests.Advice;

public sealed class AdviceTableTests
{
    public static TheoryData<FindingKind> Kinds => [.. Enum.GetValues<FindingKind>()];

    [Fact]
    public void Each_kind_of_finding_has_one_row_and_no_row_is_of_no_kind() => Assert.Equal(
        Enum.GetValues<FindingKind>(), AdviceTable.Rows.Select(row => row.Kind).Order());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_says_what_may_be_behind_it_where_to_look_and_what_prevents_it(FindingKind kind)
    {
        var advice = KindAdvice.Of(kind);

        Assert.Equal(kind, advice.Kind);
        Assert.NotEmpty(advice.Malicious);
        Assert.NotEmpty(advice.Harmless);
        Assert.Equal(3, advice.Questions.Count);
        Assert.InRange(advice.Events.Count, 4, 12);
        Assert.NotEmpty(advice.Processes);
        Assert.InRange(advice.Hardening.Count, 3, 8);
        Assert.Contains(advice.Events, lead => lead.On == advice.NextOn);
        Assert.All(TextsOf(advice), AssertIsAText);
        Assert.All(advice.NamedDeeds.Select(named => named.Deed).Append(advice.Deed).Append(advice.Next), AssertIsAPhrase);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_fact_names_a_document(FindingKind kind)
    {
        var sources = KindAdvice.Of(kind).Sources;

        Assert.True(sources.Count >= 5, $"{kind} rests on {sources.Count} documents");
        Assert.All(sources, source =>
        {
            Assert.NotEmpty(source.Name);
            Assert.True(Uri.TryCreate(source.Url, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps, source.Url);
        });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_said_twice_of_a_kind(FindingKind kind)
    {
        var advice = KindAdvice.Of(kind);

        Assert.Distinct(advice.Events.Select(lead => (lead.Event, lead.On)));
        Assert.Distinct(advice.Processes);
        Assert.Distinct(advice.Hardening);
        Assert.Distinct(advice.Malicious.Concat(advice.Harmless).Select(cause => cause.Text));
        Assert.Distinct(advice.Techniques);
        Assert.Equal(advice.Techniques.Order(StringComparer.Ordinal), advice.Techniques);
    }

    [Fact]
    public void No_event_process_hardening_or_document_is_kept_that_no_kind_uses_and_none_is_kept_twice()
    {
        var all = KindAdvice.All;
        AssertAllUsed(typeof(WindowsEvents), all.SelectMany(row => row.Events).Select(lead => lead.Event));
        AssertAllUsed(typeof(ProcessLeads), all.SelectMany(row => row.Processes));
        AssertAllUsed(typeof(Hardenings), all.SelectMany(row => row.Hardening));
        AssertAllUsed(typeof(Sources), all.SelectMany(row => row.Sources));

        Assert.Distinct(FieldsOf<WindowsEvent>(typeof(WindowsEvents)).Select(known => (known.Log, known.Id)));
        Assert.Distinct(FieldsOf<ProcessLead>(typeof(ProcessLeads)).Select(process => process.Name));
        Assert.Distinct(FieldsOf<Hardening>(typeof(Hardenings)).Select(hardening => hardening.Name));
        Assert.Distinct(FieldsOf<SourceDocument>(typeof(Sources)).Select(source => source.Url));
    }

    [Fact]
    public void Techniques_that_an_operation_serves_are_those_of_its_kind() => Assert.All(
        OperationCatalog.Operations, operation => Assert.Contains(operation.Technique, KindAdvice.Of(operation.Kind).Techniques));

    [Fact]
    public void Every_more_exact_deed_is_of_operations_that_make_findings_of_that_kind() => Assert.All(KindAdvice.All, advice =>
    {
        var own = OperationCatalog.Operations.Where(operation => operation.Kind == advice.Kind).Select(operation => operation.Operation);
        Assert.All(advice.NamedDeeds.SelectMany(named => named.Operations), operation => Assert.Contains(operation, own));
    });

    private static void AssertAllUsed<T>(Type catalog, IEnumerable<T> used)
    {
        var unused = FieldsOf<T>(catalog).Except(used).ToList();
        Assert.True(unused.Count == 0, $"{catalog.Name} has what no kind uses: {string.Join("; ", unused)}");
    }

    private static List<T> FieldsOf<T>(Type catalog)
    {
        var fields = catalog.GetFields(BindingFlags.Static | BindingFlags.Public).Where(field => field.FieldType == typeof(T))
            .Select(field => (T)field.GetValue(null)!).ToList();
        Assert.NotEmpty(fields);
        return fields;
    }

    private static IEnumerable<string> TextsOf(KindAdvice advice) =>
    [
        advice.Means, advice.Business,
        .. advice.Malicious.Concat(advice.Harmless).Select(cause => cause.Text),
        .. advice.Questions.SelectMany(question => new[] { question.Ask, question.Harmless, question.Malicious }),
        .. advice.Events.SelectMany(lead => new[] { lead.Read, lead.Event.Title, lead.Event.Policy, lead.Event.Log, lead.Event.Provider }),
        .. advice.Processes.SelectMany(process => new[] { process.Name, process.What }),
        .. advice.Hardening.SelectMany(hardening => new[] { hardening.Name, hardening.Prevents, hardening.How, hardening.Caution }),
    ];

    private static void AssertIsAText(string text)
    {
        Assert.False(string.IsNullOrWhiteSpace(text));
        Assert.Equal(text.Trim(), text);
        Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\\\\\\", text, StringComparison.Ordinal);
    }

    // Goes on in a sentence that others begin and end.
    private static void AssertIsAPhrase(string text)
    {
        AssertIsAText(text);
        Assert.False(text.EndsWith('.'), text);
    }
}
