using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class ExpectedContactsTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Looking_ahead_at_any_contacts_changes_nothing_of_what_is_found(int seed)
    {
        var steps = TwoDays.Steps(seed);
        var contacts = steps.Where(step => step.Contact is not null)
            .Select(step => new ContactChange(step.Kind, step.Contact!.Value)).ToArray();
        var random = new Random(seed);

        var ahead = TwoDays.Run(steps, between: (_, court) =>
        {
            // Those that come next, those that were, and those that come in another order: of hosts that are known by then or not.
            var first = random.Next(contacts.Length);
            court.Judge.Expect(contacts.AsSpan(first, Math.Min(random.Next(Judge.GroupSize + 1), contacts.Length - first)));
            return court;
        });

        Assert.NotEmpty(ahead);
        Assert.Equal(TwoDays.Run(steps), ahead);
    }
}
