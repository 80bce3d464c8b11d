using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using RpcCollector.Http;
using RpcCollector.Http.Access;

namespace RpcCollector.Tests.Http;

public sealed class ScrapeQueueTests : IDisposable
{
    private readonly ScrapeQueue _queue = new(new AccessGauges());

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task Scraper_that_does_not_take_its_answer_holds_up_no_other()
    {
        // A connection whose other end reads nothing takes nothing more.
        var connection = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var stuck = _queue.ServeAsync(Request(connection.Writer.AsStream()), WriteAsync);

        var answer = new MemoryStream();
        await _queue.ServeAsync(Request(answer), WriteAsync);

        Assert.False(stuck.IsCompleted);
        Assert.Equal("figures", Encoding.UTF8.GetString(answer.ToArray()));
    }

    [Fact]
    public async Task Scrape_waits_until_the_one_before_is_written()
    {
        var (running, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => _queue.ServeAsync(Request(new MemoryStream()), CountAsync))));

        Assert.Equal(1, most);

        async Task CountAsync(HttpContext context)
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await WriteAsync(context);
            await Task.Yield();
            Interlocked.Decrement(ref running);
        }
    }

    [Fact]
    public async Task Scrape_that_fails_lets_the_next_one_go_on()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _queue.ServeAsync(Request(new MemoryStream()), _ => throw new InvalidOperationException("once")));

        var answer = new MemoryStream();
        await _queue.ServeAsync(Request(answer), WriteAsync);

        Assert.Equal(7, answer.Length);
    }

    private static Task WriteAsync(HttpContext context) => context.Response.Body.WriteAsync("figures"u8.ToArray()).AsTask();

    private static DefaultHttpContext Request(Stream answer)
    {
        var context = new DefaultHttpContext();
        context.Response.Body = answer;
        return context;
    }
}
