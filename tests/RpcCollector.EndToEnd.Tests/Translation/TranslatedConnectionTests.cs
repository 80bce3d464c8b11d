namespace RpcCollector.EndToEnd.Tests.Translation;

/// <summary>A connection that is seen before and after address translation is one.</summary>
public class TranslatedConnectionTests
{
    [Fact]
    public void Any_connections_through_up_to_two_devices_seen_anywhere_in_any_order_are_the_plain_story_s()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var world = TranslatedWorld.Of(seed);
            Same(seed, world.Stories, TranslatedRun.After(world.Datagrams, numShards: 1 + (seed & 3)).Stories);
        }
    }

    [Fact]
    public void Any_restart_with_another_number_of_shards_changes_nothing_of_that()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var world = TranslatedWorld.Of(seed);
            var run = new TranslatedRun(1 + (seed & 3));
            var datagrams = world.Datagrams;
            for (var i = 0; i < datagrams.Length; i++)
            {
                if (i == datagrams.Length / 2) run.Restart(1 + (seed / 4 & 3));
                run.Take(datagrams[i]);
            }

            run.Complete();
            Same(seed, world.Stories, run.Stories);
        }
    }

    [Fact]
    public void Clients_that_share_an_address_behind_a_device_keep_their_own_activities()
    {
        // Ten clients ask one server at one time; behind the device all are one address.
        for (var seed = 0; seed < 30; seed++)
        {
            var world = new TranslatedWorld(seed) { IsCrowded = true };
            for (var i = 0; i < 10; i++) world.Add(TranslatedWorld.Kind.Client);
            Same(seed, world.Stories, TranslatedRun.After(world.Datagrams, numShards: 1 + (seed & 3)).Stories);
        }
    }

    [Fact]
    public void Source_seen_only_behind_a_device_that_says_nothing_stays_what_is_seen()
    {
        var silent = new TranslatedWorld(2) { IsDeviceSilent = true };
        for (var i = 0; i < 5; i++) silent.Add(TranslatedWorld.Kind.Client);
        Assert.NotEmpty(silent.Datagrams);
        Assert.All(TranslatedRun.After(silent.Datagrams).Activities, activity => Assert.Null(activity.Translated));
    }

    [Fact]
    public void Activity_names_the_client_as_its_server_sees_it_and_the_server_as_its_client_addressed_it()
    {
        var world = new TranslatedWorld(seed: 5);
        world.Add(TranslatedWorld.Kind.Server, TranslatedWorld.Kind.Client);
        world.Add(TranslatedWorld.Kind.Server, TranslatedWorld.Kind.Client);
        world.Add(TranslatedWorld.Kind.Server, TranslatedWorld.Kind.Client);
        var run = TranslatedRun.After(world.Datagrams);

        Assert.All(
            run.Activities.Select(activity => activity.Translated).Concat(run.Contacts.Select(contact => contact.Translated)),
            ends => Assert.True(
                ends is { HasClient: true, HasServer: true }
                && ends.Value.Client.ToString().StartsWith("203.0.1.", StringComparison.Ordinal)
                && ends.Value.Server.ToString().StartsWith("198.51.0.", StringComparison.Ordinal)));
        Assert.Equal(3, run.Activities.Count + run.Contacts.Count);
    }

    private static void Same(int seed, string[] expected, string[] actual)
    {
        if (expected.SequenceEqual(actual)) return;
        Assert.Fail(string.Join('\n', [$"seed {seed}", "missing:", .. expected.Except(actual), "beyond:", .. actual.Except(expected)]));
    }
}
