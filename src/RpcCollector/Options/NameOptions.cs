using System.ComponentModel.DataAnnotations;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of what addresses are called.</summary>
internal sealed class NameOptions : IValidatableObject
{
    [Setting(
        "CSV file that says what addresses are: a header line with the columns address (or prefix), name, kind, owner, site and tags, in " +
        "any order, of which only address is needed. Read again when it changes. It outranks every other source. None by default.")]
    public string File { get; set; } = "";

    [Setting(
        "true to ask the DNS servers of this machine what the addresses of findings are called, where nothing else names them and they " +
        "are private or within Prefixes. A few questions a second at most; whoever runs these servers sees what is asked.")]
    public bool ReverseDns { get; set; }

    [Setting(
        "Addresses and prefixes that DNS may name besides private ones (RFC 1918, RFC 6598, unique and link-local IPv6) and those of " +
            "File, " +
        "such as 198.51.100.0/24: what else DNS says of public addresses names no host of yours.", Unit = "list of addresses and prefixes")]
    public string[] Prefixes { get; set; } = [];

    [Setting(
        "How many addresses may have names, and from how many logons may be kept, besides those of File; beyond that those seen least " +
        "recently are forgotten, the ones that were seen only once first. About half a KiB each.",
        Unit = "addresses", Minimum = 1_000, Maximum = 2_000_000)]
    public int MaxNames { get; set; } = 100_000;

    [Setting(
        "How long names and logons are kept after they were seen last.", Unit = "days.hours:minutes:seconds",
        Minimum = 86_400, Maximum = 366 * 86_400.0)]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!AddressFilter.TryParse(Prefixes, out _, out var wrong))
            yield return new ValidationResult($"'{wrong}' is neither an address nor a prefix such as 198.51.100.0/24", [nameof(Prefixes)]);
    }
}
