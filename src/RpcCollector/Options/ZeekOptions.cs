using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the Zeek sensors whose logs are followed.</summary>
internal sealed class ZeekOptions : IValidatableObject
{
    [Setting(
        "Folders in which Zeek sensors write conn.log (or Corelight's conn_red.log) and dce_rpc.log, and where they are there " +
            "smb_files.log " +
        "(of which only named pipes are read) and those that name hosts and users (dhcp, dns, ntlm, kerberos, smb_mapping), as JSON or " +
            "in Zeek's own format, such as /opt/zeek/logs or /opt/zeek/logs/current; all are " +
        "followed through rotation. 192.0.2.7=/folder gives the address under which " +
        "the sensor appears among the exporters; otherwise it is 127.0.0.1, 127.0.0.2 and so on. None by default.",
        Unit = "list of folders")]
    public string[] Folders { get; set; } = [];

    /// <summary>Every folder with its sensor's address, in the order of the setting.</summary>
    public IEnumerable<(HostAddress Address, string Folder)> Sensors() =>
        Folders.Select(
            (entry, index) =>
            TryParse(entry, index, out var address, out var folder)
            ? (address, folder)
            : throw new InvalidOperationException("Settings are validated before they are used."));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var addresses = new HashSet<HostAddress>();
        for (var i = 0; i < Folders.Length; i++)
        {
            if (!TryParse(Folders[i], i, out var address, out _))
                yield return new ValidationResult(
                    $"'{Folders[i]}' is neither a folder nor of the form 192.0.2.7=/folder", [$"{nameof(Folders)}:{i}"]);
            else if (!addresses.Add(address))
                yield return new ValidationResult($"another sensor has the address {address} already", [$"{nameof(Folders)}:{i}"]);
        }
    }

    private static bool TryParse(string entry, int index, out HostAddress address, [NotNullWhen(true)] out string? folder) =>
        SensorEntry.TryParse(entry, Flows.Zeek.ZeekSensor.DefaultAddress(index), out address, out folder);
}
