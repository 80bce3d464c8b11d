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

    private static void Same(int seed, string[] expected, string[] actual)
    {
        if (expected.SequenceEqual(actual)) return;
        Assert.Fail(string.Join('\n', [$"seed {seed}", "missing:", .. expected.Except(actual), "beyond:", .. actual.Except(expected)]));
    }
}
