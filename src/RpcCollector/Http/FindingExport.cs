using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using RpcCollector.Ecs;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>/api/v1/findings/export: all findings that a filter chooses, as a file, written as it is read.</summary>
/// <remarks>
/// What is chosen is decided at the beginning: its ids, in order. They are read in portions, so that neither memory nor a reading
/// transaction grows with the file, and nothing is told twice or left out because it changed meanwhile.
/// </remarks>
internal sealed class FindingExport(
    FindingStore findings, IncidentStore incidents, NameBook names, PublicLinks links, AccessGauges gauges, ArrivalClock clock)
    : IDisposable
{
    private const int MostRows = 1_000_000;
    private const int RowsAtOnce = 250;
    private const int ExportsAtOnce = 2;

    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    private readonly SemaphoreSlim _free = new(ExportsAtOnce, ExportsAtOnce);
    private readonly EcsFinding _ecs = new(names, links);

    private enum ExportFormat
    {
        Csv,

        /// <summary>A document of the Elastic Common Schema a line.</summary>
        Ecs,
    }

    /// <summary>Whoever does not take a portion in this time holds up others.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    public static async Task WriteAsync(
        HttpContext context,
        FindingExport export,
        [AsParameters] FindingFilters filters,
        [FromQuery, Description("csv or ecs (a document of the Elastic Common Schema a line); csv when absent.")] string? format)
    {
        var reader = FindingFilters.ReaderOf(context, nameof(format));
        try
        {
            var query = FindingFilters.Read(reader, FindingFilters.LeadsTo(export._incidents));
            var asked = reader.Named<ExportFormat>(nameof(format)) ?? ExportFormat.Csv;
            if (reader.Errors.Count > 0) await TypedResults.ValidationProblem(reader.Errors).ExecuteAsync(context);
            else await export.WriteAsync(context, query, asked);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure) && !context.Response.HasStarted)
        {
            await StoreProblem.Of(failure).ExecuteAsync(context);
        }
    }

    public void Dispose() => _free.Dispose();

    // Named by the static method that the route is mapped to.
    private readonly IncidentStore _incidents = incidents;

    private async Task WriteAsync(HttpContext context, FindingQuery query, ExportFormat format)
    {
        if (!_free.Wait(0, CancellationToken.None))
        {
            await ApiQueue.RefuseAsync(context, gauges);
            return;
        }

        try
        {
            var ids = findings.ReadIds(query, MostRows);
            SetHeaders(context.Response, format);
            if (format == ExportFormat.Csv) await WriteCsvAsync(context, ids);
            else await WriteEcsAsync(context, ids);
        }
        catch (Exception end) when (context.Response.HasStarted
            && (end is OperationCanceledException or TimeoutException || Database.IsDiskFailure(end)))
        {
            // Whoever reads it has left or is too slow, or the disk failed: a file that is not whole shall not look like one.
            context.Abort();
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task WriteCsvAsync(HttpContext context, IReadOnlyList<long> ids)
    {
        var csv = new CsvText();
        FindingCsv.WriteHead(csv);
        foreach (var portion in ids.Chunk(RowsAtOnce))
        {
            foreach (var finding in findings.ReadMany(portion)) FindingCsv.Write(csv, FindingJson.From(finding, names));
            await SendAsync(context, csv.Take());
        }

        if (csv.Length > 0) await SendAsync(context, csv.Take());
    }

    private async Task WriteEcsAsync(HttpContext context, IReadOnlyList<long> ids)
    {
        foreach (var portion in ids.Chunk(RowsAtOnce))
        {
            using var lines = new MemoryStream();
            foreach (var finding in findings.ReadMany(portion))
            {
                lines.Write(_ecs.ToUtf8(finding));
                lines.Write(LineEnd);
            }

            await SendAsync(context, lines.ToArray());
        }
    }

    private void SetHeaders(HttpResponse response, ExportFormat format)
    {
        var (type, ending) = format == ExportFormat.Csv
            ? ("text/csv; charset=utf-8; header=present", "csv")
            : ("application/x-ndjson", "ndjson");
        var time = clock.Now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        response.ContentType = type;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"findings-{time}.{ending}\"";
    }

    private async Task SendAsync(HttpContext context, byte[] octets)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(Patience);
        await context.Response.Body.WriteAsync(octets, patience.Token);
        await context.Response.Body.FlushAsync(patience.Token);
    }
}
