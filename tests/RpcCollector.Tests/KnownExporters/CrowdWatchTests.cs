using RpcCollector.Flows.Exporters;
using RpcCollector.KnownExporters;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.KnownExporters;

public sealed class CrowdWatchTests : IDisposable
{
    private readonly WatchedExporters _exporters = new(maxExporters: 8);
    private readonly TemporaryStore _temporary = new();

    public void Dispose()
    {
        _exporters.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void Exporters_that_make_room_for_each_other_are_said_once_however_many_they_are()
    {
        Send(0, 8);
        _exporters.Look(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(_exporters.Log.Lines, IsCrowd);

        for (var look = 0; look < 5; look++)
        {
            Send(100, 100);
            _exporters.Look(TimeSpan.FromSeconds(5));
        }

        Assert.Single(_exporters.Log.Lines, IsCrowd);
        Assert.Equal(500, _exporters.Catalog.Displaced(Displacement.Exporter));
        Assert.Equal(8, _exporters.Catalog.NumExporters);
    }

    [Fact]
    public void Crowd_that_comes_again_after_an_hour_without_one_is_said_again()
    {
        Send(0, 50);
        _exporters.Look(TimeSpan.FromSeconds(5));
        _exporters.Look(TimeSpan.FromMinutes(61));
        Send(100, 50);
        _exporters.Look(TimeSpan.FromSeconds(5));

        Assert.Equal(2, _exporters.Log.Lines.Count(IsCrowd));
    }

    [Fact]
    public void Rows_of_exporters_that_made_room_are_deleted_and_those_of_newcomers_never_written()
    {
        var (rows, changed) = (new ExporterRows(_temporary.State), new ChangedExporters(_exporters.Catalog));
        Send(0, 7);
        rows.Save(changed, alsoSeen: false);
        Assert.Equal(7, Saved());

        // After a day of silence they make room for those that begin.
        _exporters.Look(TimeSpan.FromHours(25));
        Send(100, 200);
        rows.Save(changed, alsoSeen: true);

        Assert.Equal((7, 0), (Saved(), Saved("address IN ('10.0.0.0', '10.0.3.0', '10.0.6.0')")));
    }

    private static bool IsCrowd(string line) => line.StartsWith("Warning: Too many exporters", StringComparison.Ordinal);

    private void Send(int first, int count)
    {
        for (var i = first; i < first + count; i++) _exporters.Send($"10.0.{i % 256}.{i / 256}", 100);
    }

    private long Saved(string where = "true") => _temporary.State.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM exporters WHERE {where}";
        return (long)command.ExecuteScalar()!;
    });
}
