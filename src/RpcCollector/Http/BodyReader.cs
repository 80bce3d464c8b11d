using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RpcCollector.Http.Access;
using RpcCollector.Naming;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>Reads the JSON of one request and collects everything that is wrong with it, by member (RFC 9457).</summary>
internal sealed class BodyReader(long nowUnixMilliseconds)
{
    /// <summary>Characters of a name.</summary>
    public const int MaxWho = 200;

    /// <summary>When it came.</summary>
    public long Now => nowUnixMilliseconds;

    /// <summary>Member to what is wrong with it; empty when all is well.</summary>
    public Dictionary<string, string[]> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>The request's JSON; null when it cannot be read, and <see cref="Errors"/> says why.</summary>
    public async Task<T?> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        // A page of another origin may post text and forms without asking, but not JSON.
        if (!request.HasJsonContentType()) return Refuse<T>("The content type must be application/json.");
        var most = RequestBody.MaxBytes(request.HttpContext);
        var body = new byte[most + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (length > most) return Refuse<T>($"The body is longer than {most} bytes.");
        try
        {
            return JsonSerializer.Deserialize(body.AsSpan(0, length), type) ?? Refuse<T>("The body is null.");
        }
        catch (JsonException failure)
        {
            return Refuse<T>(
                $"The body is not the JSON expected here: " +
                $"{failure.Message.Split(" Path:")[0].TrimEnd('.')}{(failure.Path is null or "$" ? "" : $" (at {failure.Path})")}.");
        }
    }

    public string Text(string name, string? text, int mostCharacters)
    {
        if (string.IsNullOrWhiteSpace(text)) Refuse(name, "A value is required.");
        else if (text.Length > mostCharacters) Refuse(name, $"It is longer than {mostCharacters} characters.");
        else if (text.Any(char.IsControl)) Refuse(name, "It contains control characters.");
        return text?.Trim() ?? "";
    }

    /// <summary>Who says it: the name that they logged in by, and only where nobody has to log in the one that they give.</summary>
    public string Who(HttpContext context, string? stated) => Person.Of(context).Name ?? Text("who", stated, MaxWho);

    public TEnum? Named<TEnum>(string name, string? text)
        where TEnum : struct, Enum
    {
        if (KebabCase<TEnum>.TryParse(text, out var value)) return value;
        Refuse(name, $"'{text}' is not one of {string.Join(", ", KebabCase<TEnum>.All.Select(KebabCase<TEnum>.Of))}.");
        return null;
    }

    /// <summary>An address or a prefix, as it was written.</summary>
    public string? Addresses(string name, string? text)
    {
        if (text is null || AddressRange.TryParse(text, out _)) return text;
        Refuse(name, $"'{text}' is neither an IPv4 or IPv6 address nor a prefix such as 10.0.0.0/8.");
        return null;
    }

    /// <summary>A time in the future; null when none is given.</summary>
    public long? Expiry(string name, string? text)
    {
        if (text is null) return null;
        if (!DateTimeOffset.TryParseExact(
            text.ToUpperInvariant(), ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time))
        {
            Refuse(name, $"'{text}' is not a time as RFC 3339 writes it, such as 2026-08-06T07:56:05Z.");
        }
        else if (time.ToUnixTimeMilliseconds() <= nowUnixMilliseconds)
        {
            Refuse(name, $"'{text}' is in the past.");
        }

        return time.ToUnixTimeMilliseconds();
    }

    public void Refuse(string name, string reason) => Errors.TryAdd(name, [reason]);

    private T? Refuse<T>(string reason)
        where T : class
    {
        Refuse("body", reason);
        return null;
    }
}
