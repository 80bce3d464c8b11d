using System.ComponentModel;

namespace RpcCollector.Http;

/// <summary>Who wants to log in.</summary>
internal sealed record LoginRequest(string? Name, string? Password);

/// <summary>Who wants to become the first admin.</summary>
internal sealed record FirstAdminRequest(
    [property: Description("What the link in the log ends with.")] string? Link,
    [property: Description("The name to have from now on.")] string? Name,
    [property: Description("The password, of at least 8 characters.")] string? Password);
