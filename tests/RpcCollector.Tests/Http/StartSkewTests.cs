using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Http;

namespace RpcCollector.Tests.Http;

public class StartSkewTests
{
    private readonly ExporterDirectory _directory = new();

    [Fact]
    public void Skew_is_told_from_either_exporter_with_the_sign_turned()
    {
        var (near, far) = (Exporter("192.0.2.1"), Exporter("192.0.2.2"));
        ClockSkew[] skews = [new(2, near, 4, far, 1500, 30), new(2, near, 6, near, 900, 50), new(3, near, 5, far, 700, 7)];

        Assert.Equal([new StartSkewJson("192.0.2.1", 1.5, 30)], StartSkewJson.Of(_directory[far], skews, _directory));
        Assert.Equal([new StartSkewJson("192.0.2.2", -1.5, 30)], StartSkewJson.Of(_directory[near], skews, _directory));
    }

    [Fact]
    public void Exporter_that_shares_no_connection_has_no_skew() =>
        Assert.Empty(
            StartSkewJson.Of(
                HostAddress.Parse("192.0.2.9"), [new(2, Exporter("192.0.2.1"), 4, Exporter("192.0.2.2"), 1500, 30)], _directory));

    private int Exporter(string address)
    {
        Assert.True(_directory.TryGetId(HostAddress.Parse(address), out var id));
        return id;
    }
}
