using RpcCollector.Detection;

namespace RpcCollector.Names;

/// <summary>Hands findings on, and has the names of their hosts asked for where nothing names them.</summary>
internal sealed class WantedNames(IFindingSink next, NameBook names, ReverseNames reverse) : IFindingSink
{
    public void Publish(in FindingChange change)
    {
        next.Publish(change);
        if (change.Kind != ActivityChangeKind.Added) return;
        var (finding, at) = (change.Finding, change.Finding.FirstSeenUnixMilliseconds);
        if (names.Find(finding.Client, at) is null) reverse.Want(finding.Client);
        if (finding.Server is { } server && names.Find(server, at) is null) reverse.Want(server);
    }
}
