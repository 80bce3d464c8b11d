namespace RpcCollector.Detection.Advice;

/// <summary>The table itself: a row for each kind, a file for each family.</summary>
internal static partial class AdviceTable
{
    public static IReadOnlyList<KindAdvice> Rows { get; } =
    [
        .. Peers(), .. Newcomers(), .. Sweeps(), .. Bursts(), .. Moving(), .. Impostors(), .. Contacts(), .. Endpoints(), .. Replication(),
        .. Services(), .. Wmi(), .. Activation(), .. Listing(), .. Keys(), .. Changes(), .. Configuration(), .. Persistence(), .. Pipes(),
    ];
}
