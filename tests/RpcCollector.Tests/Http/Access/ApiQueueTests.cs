using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Http.Access;

namespace RpcCollector.Tests.Http.Access;

public sealed class ApiQueueTests : IDisposable
{
    private readonly AccessGauges _gauges = new();
    private readonly ApiQueue _queue;
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IServiceProvider _services =
        new ServiceCollection().AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(NullLoggerFactory.Instance)
            .AddOptions().AddProblemDetails().BuildServiceProvider();

    public ApiQueueTests() => _queue = new ApiQueue(_gauges);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task Flood_of_one_client_is_refused_beyond_what_may_wait_and_another_client_still_has_its_turn()
    {
        var flood = Enumerable.Range(0, 200).Select(_ => Request("192.0.2.1")).ToList();
        var flooding = flood.Select(context => _queue.ServeAsync(context, WaitAsync)).ToList();
        var other = Request("192.0.2.2");
        var waiting = _queue.ServeAsync(other, WaitAsync);

        Assert.False(waiting.IsCompleted);
        _gate.SetResult();
        await Task.WhenAll([waiting, .. flooding]);

        Assert.Equal(200, other.Response.StatusCode);
        var refused = flood.Count(context => context.Response.StatusCode == 503);
        Assert.InRange(refused, 100, 199);
        Assert.Equal(refused, _gauges.Refused(HttpRefusal.Busy));
    }

    [Fact]
    public async Task Figures_and_health_do_not_wait()
    {
        var flooding = Enumerable.Range(0, 200).Select(_ => _queue.ServeAsync(Request("192.0.2.1"), WaitAsync)).ToList();
        var health = Request("192.0.2.1");
        health.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(Unqueued.Mark), "health"));

        await _queue.ServeAsync(health, context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });

        Assert.Equal(204, health.Response.StatusCode);
        _gate.SetResult();
        await Task.WhenAll(flooding);
    }

    [Fact]
    public async Task Answer_that_is_not_taken_keeps_no_turn()
    {
        var stuck = new List<Task>();
        for (var i = 0; i < 50; i++)
        {
            var context = Request("192.0.2.1");
            context.Response.Body = new Pipe(
                new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1)).Writer.AsStream();
            stuck.Add(_queue.ServeAsync(context, answer => answer.Response.WriteAsync("much")));
        }

        await _queue.ServeAsync(Request("192.0.2.1"), answer => answer.Response.WriteAsync("much"));

        Assert.DoesNotContain(stuck, task => task.IsCompleted);
    }

    private Task WaitAsync(HttpContext context) => _gate.Task;

    private DefaultHttpContext Request(string client)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Method = "GET";
        context.Connection.RemoteIpAddress = IPAddress.Parse(client);
        context.Response.Body = new MemoryStream();
        return context;
    }
}
