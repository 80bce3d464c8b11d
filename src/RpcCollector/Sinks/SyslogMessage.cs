using System.Globalization;
using System.Text;
using RpcCollector.Detection;
using RpcCollector.Ecs;
using RpcCollector.Options;

namespace RpcCollector.Sinks;

/// <summary>A message of syslog (RFC 5424): its text is the ECS document.</summary>
/// <remarks>
/// The document is ASCII, other characters are escaped in it. So it needs no byte order mark (RFC 5424, 6.4, MSG-ANY), which rsyslog would
/// hand on in front of the JSON, where no parser expects one.
/// </remarks>
internal static class SyslogMessage
{
    /// <summary>What rsyslog takes unless it is told otherwise ($MaxMessageSize); longer documents are written with less detail.</summary>
    public const int MostBytes = 8_192;

    // The number is the one that RFC 5612 reserves for examples: the element is ours by its name.
    private const string Element = "rpcCollector@32473";
    private const string AppName = "RpcCollector";
    private const int MostHost = 255;

    public static byte[] Of(SinkMessage message, SinkTexts texts, SyslogFacility facility)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"<{((int)facility * 8) + Severity(message.Severity)}>1 {EcsFields.Time(message.AtUnixMilliseconds)} {HostName} {AppName} " +
            $"{Environment.ProcessId} {message.Subject} [{Element} key=\"{message.Key}\" event=\"{message.EventName}\" " +
            $"id=\"{EcsFields.Id(message.Id)}\"] "));
        return [.. head, .. texts.Ecs(message, MostBytes - head.Length)];
    }

    /// <summary>With its length before it (RFC 6587, 3.4.1; RFC 5425, 4.3).</summary>
    public static byte[] Counted(byte[] message) =>
        [.. Encoding.ASCII.GetBytes(message.Length.ToString(CultureInfo.InvariantCulture)), (byte)' ', .. message];

    // RFC 5424, 6.2.1: critical, error, warning, notice.
    private static int Severity(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Critical => 2,
        FindingSeverity.High => 3,
        FindingSeverity.Medium => 4,
        _ => 5,
    };

    private static string HostName { get; } = Printable(Environment.MachineName);

    private static string Printable(string name)
    {
        var printable = new string([.. name.Where(sign => sign is >= '!' and <= '~').Take(MostHost)]);
        return printable.Length == 0 ? "-" : printable;
    }
}
