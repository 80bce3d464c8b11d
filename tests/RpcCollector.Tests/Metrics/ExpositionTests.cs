using System.Text;
using Microsoft.Net.Http.Headers;
using RpcCollector.Metrics;

namespace RpcCollector.Tests.Metrics;

public sealed class ExpositionTests
{
    private const string FromPrometheus =
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    [Theory]
    [InlineData(FromPrometheus, nameof(ExpositionFormat.OpenMetrics))]
    [InlineData("application/openmetrics-text", nameof(ExpositionFormat.OpenMetrics))]
    [InlineData("Application/OpenMetrics-Text; version=\"1.0.0\"; charset=utf-8", nameof(ExpositionFormat.OpenMetrics))]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.2,text/plain;q=0.9", nameof(ExpositionFormat.PrometheusText))]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0,*/*;q=0.1", nameof(ExpositionFormat.PrometheusText))]
    [InlineData("application/openmetrics-text;version=2.0.0", nameof(ExpositionFormat.PrometheusText))]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", nameof(ExpositionFormat.PrometheusText))]
    [InlineData("application/json", nameof(ExpositionFormat.PrometheusText))]
    public void Format_is_what_the_scraper_likes_best_of_what_there_is(string accept, string expected)
    {
        Assert.True(MediaTypeHeaderValue.TryParseList([accept], out var ranges));

        Assert.Equal(Enum.Parse<ExpositionFormat>(expected), ExpositionNegotiation.Choose(ranges));
    }

    [Fact]
    public void Scraper_that_says_nothing_gets_the_text_that_all_can_read() =>
        Assert.Equal(ExpositionFormat.PrometheusText, ExpositionNegotiation.Choose([]));

    [Fact]
    public void Counter_family_is_named_as_each_format_wants_it()
    {
        Assert.Equal(
            "# HELP a_bytes_total All \"a\" \\\\ in\\nall\n# TYPE a_bytes_total counter\na_bytes_total{x=\"\\\"\\\\\\n\",y=\"é\"} 3\n",
            Write(ExpositionFormat.PrometheusText));
        Assert.Equal(
            "# HELP a_bytes All \\\"a\\\" \\\\ in\\nall\n# TYPE a_bytes counter\n# UNIT a_bytes bytes\na_bytes_total{x=\"\\\"\\\\\\n\",y=\"é\"} 3\n# EOF\n",
            Write(ExpositionFormat.OpenMetrics));
    }

    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(0.005, "0.005")]
    [InlineData(2.5, "2.5")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void Bound_of_a_bucket_is_the_same_text_in_both_formats(double bound, string expected) => Assert.Equal(expected, ExpositionWriter.Bound(bound));

    private static string Write(ExpositionFormat format)
    {
        var writer = new ExpositionWriter(format);
        writer.Family("a_bytes", FamilyKind.Counter, "All \"a\" \\ in\nall", "bytes");
        writer.Sample("_total", [new("x", "\"\\\n"), new("y", "é")], 3);
        return Encoding.UTF8.GetString(writer.Finish());
    }
}
