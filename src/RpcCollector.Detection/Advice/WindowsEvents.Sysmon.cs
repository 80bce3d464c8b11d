namespace RpcCollector.Detection.Advice;

/// <summary>What Sysmon writes, where it is installed.</summary>
internal static partial class WindowsEvents
{
    public static readonly WindowsEvent SysmonProcess = BySysmon(1, "Process creation", "Sysmon is installed");

    public static readonly WindowsEvent SysmonConnection = BySysmon(
        3, "Network connection", "Sysmon with NetworkConnect in its configuration");

    public static readonly WindowsEvent SysmonFile = BySysmon(11, "File created", "Sysmon with FileCreate in its configuration");

    public static readonly WindowsEvent SysmonRegistry = BySysmon(
        13, "Registry value set", "Sysmon with RegistryEvent in its configuration");

    public static readonly WindowsEvent SysmonPipe = BySysmon(17, "Pipe created", "Sysmon with PipeEvent in its configuration");

    public static readonly WindowsEvent SysmonPipeConnected = BySysmon(
        18, "Pipe connected", "Sysmon with PipeEvent in its configuration");

    public static readonly WindowsEvent SysmonWmiConsumer = BySysmon(
        20, "WMI event consumer activity", "Sysmon with WmiEvent in its configuration");

    public static readonly WindowsEvent SysmonWmiBinding = BySysmon(
        21, "WMI consumer bound to filter", "Sysmon with WmiEvent in its configuration");
}
