using System.Collections;

namespace RpcCollector.Detection.Operations;

/// <summary>The operations that serve one technique, written down interface by interface.</summary>
internal sealed class OperationGroup(FindingKind kind, string technique, string techniqueName, string[] analytics)
    : IEnumerable<CataloguedOperation>
{
    private readonly List<CataloguedOperation> _operations = [];

    /// <param name="operations">Zeek's names; behind ~ those that Windows itself calls all day.</param>
    public OperationGroup On(string onInterface, params ReadOnlySpan<string> operations)
    {
        foreach (var operation in operations)
        {
            _operations.Add(new CataloguedOperation
            {
                Interface = onInterface,
                Operation = operation.TrimStart('~'),
                Technique = technique,
                TechniqueName = techniqueName,
                Analytics = analytics,
                Kind = kind,
                IsOrdinary = operation.StartsWith('~'),
            });
        }

        return this;
    }

    public IEnumerator<CataloguedOperation> GetEnumerator() => _operations.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
