using System.ComponentModel.DataAnnotations;
using RpcCollector.Flows;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Options;

/// <summary>Settings of the Suricata sensors whose events are followed.</summary>
internal sealed class SuricataOptions : IValidatableObject
{
    private const string UsualFile = "eve.json";

    [Setting(
        "Files in which Suricata sensors write their events (eve-log, of the types flow or netflow, dcerpc and smb, and for names dhcp, " +
            "dns and " +
        "krb5), such as /var/log/suricata/eve.json; followed through rotation. A folder stands for the eve.json in it. 192.0.2.8=/file " +
            "gives the " +
        "address under which the sensor appears among the exporters, and files with one address are one sensor's; otherwise it is the " +
        "next after those of Zeek:Folders. None by default.", Unit = "list of files")]
    public string[] Files { get; set; } = [];

    /// <summary>Every file with its sensor's address, in the order of the setting.</summary>
    /// <param name="numOthers">How many sensors have the addresses before.</param>
    public IEnumerable<(HostAddress Address, string File)> Sensors(int numOthers) =>
        Files.Select(
            (entry, index) => SensorEntry.TryParse(entry, ZeekSensor.DefaultAddress(numOthers + index), out var address, out var path)
            ? (address, Path.EndsInDirectorySeparator(path) || Directory.Exists(path) ? Path.Combine(path, UsualFile) : path)
            : throw new InvalidOperationException("Settings are validated before they are used."));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Files.Length; i++)
        {
            if (!SensorEntry.TryParse(Files[i], default, out _, out var path))
                yield return new ValidationResult(
                    $"'{Files[i]}' is neither a file nor of the form 192.0.2.8=/file", [$"{nameof(Files)}:{i}"]);
            else if (!files.Add(Path.GetFullPath(path)))
                yield return new ValidationResult($"'{path}' is followed already", [$"{nameof(Files)}:{i}"]);
        }
    }
}
