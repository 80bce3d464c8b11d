using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Tests.Store;
using RpcCollector.Vitals;

namespace RpcCollector.Tests;

/// <summary>The whole appliance, in process, while its disk does not answer.</summary>
public sealed class ApplianceStopTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Disk_that_hangs_is_named_by_its_writers_does_not_keep_the_judge_from_judging_nor_the_process_from_its_end()
    {
        await using var appliance = Appliance.Build(EffectiveSettings.Read(
        [
            "--Udp:Listen:0=127.0.0.1:0", "--Http:Address=127.0.0.1", $"--Http:Port={FreePort()}",
            $"--Store:Folder={Path.Combine(_temporary.Options.Folder, "appliance")}", "--Logging:LogLevel:Default=None",
        ]));
        await appliance.StartAsync(Stop);
        var (judge, heartbeats) = (Get<JudgeThread>(appliance), Get<Heartbeats>(appliance));
        var taken = Get<JudgeGauges>(appliance);
        using var disk = new HungDisk(Get<StateStore>(appliance));

        // Longer than the journal waits for its second, so that the writer has begun.
        for (var fact = 1; !heartbeats.All.Any(part => part is { Part: Part.JudgeMemory, Doing: not null }); fact++)
        {
            judge.Put(Activities.Added(Activities.Car(fact, "10.0.0.1", "10.0.0.2")));
            await Task.Delay(50, Stop);
        }

        var before = taken.Counts.Facts;
        for (var fact = 0; fact < 5_000; fact++) judge.Put(Activities.Added(Activities.Car(1_000 + fact, "10.0.0.1", "10.0.0.2")));
        while (taken.Counts.Facts < before + 5_000) await Task.Delay(20, Stop);
        var writer = heartbeats.All.Single(part => part.Part == Part.JudgeMemory);
        Assert.Equal(PartState.Stuck, writer.At(writer.LastBeat + 9_000));

        await appliance.StopAsync();

        Assert.Equal(StopDeadline.PartFailedExitCode, appliance.ExitCode);
        Assert.Equal(PartState.NotRunning, judge.Heartbeat.At(Environment.TickCount64));
    }

    private static T Get<T>(Appliance appliance)
        where T : notnull => appliance.Services.GetRequiredService<T>();

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
