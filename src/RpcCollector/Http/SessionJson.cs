using System.ComponentModel;
using System.Text.Json.Serialization;

namespace RpcCollector.Http;

/// <summary>Who is asking.</summary>
internal sealed record SessionJson(
    [property: Description("The name by which what is changed is kept; null when nobody said who it is.")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    string? Name,
    [property: Description("reader, analyst or admin; null for who has not logged in.")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    string? Role,
    [property: Description("How they were recognised: loopback, anonymous, password, token or proxy.")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    string? Means,
    [property: Description("Are there users who can log in by name and password?")] bool CanLogIn,
    [property: Description("Must somebody become the first admin, by the link that the program wrote?")] bool NeedsFirstAdmin,
    [property: Description("What the header X-Anti-Forgery of changes must say; null where that is not asked.")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    string? AntiForgery,
    [property: Description("When one has to log in again.")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    DateTimeOffset? ExpiresAt);
