using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Accounts;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.Naming;
using RpcCollector.Store;

namespace RpcCollector.Http;

using Answer = Results<Ok<SessionJson>, ValidationProblem, ProblemHttpResult>;

/// <summary>/api/v1/session: who is asking, logging in and logging out.</summary>
internal sealed class SessionEndpoints(
    UserBook users, SessionBook sessions, FirstAdmin first, Logins logins, AuditLog audit, AccessGauges gauges, ArrivalClock clock)
{
    // Named by the static methods that routes are mapped to.
    private readonly SessionBook _sessions = sessions;
    private readonly Logins _logins = logins;
    private readonly AuditLog _audit = audit;

    // Longer ones are no password of anybody's.
    private const int MaxPassword = 1_024;
    private const int MaxLink = 100;

    public static Ok<SessionJson> Read(HttpContext context, SessionEndpoints endpoints) => TypedResults.Ok(endpoints.Describe(context));

    public static async Task<Answer> LogInAsync(HttpContext context, SessionEndpoints endpoints)
    {
        if (endpoints.RefusePlain(context) is { } plain) return plain;
        if (!await endpoints.TakeBodyAsync(context)) return Slow();
        var reader = new BodyReader(endpoints.Now);
        if (await reader.ReadAsync(context.Request, CollectorJson.Default.LoginRequest) is not { } request)
            return TypedResults.ValidationProblem(reader.Errors);

        // Whatever is wrong with them, they are nobody's: it is not said which.
        if (string.IsNullOrEmpty(request.Name)) reader.Refuse("name", "A value is required.");
        if (string.IsNullOrEmpty(request.Password)) reader.Refuse("password", "A value is required.");
        if (request.Name?.Length > BodyReader.MaxWho) reader.Refuse("name", $"It is longer than {BodyReader.MaxWho} characters.");
        if (request.Password?.Length > MaxPassword) reader.Refuse("password", $"It is longer than {MaxPassword} characters.");
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);
        return await endpoints.AnswerAsync(
            context, () => endpoints._logins.LogInAsync(context, request.Name!, request.Password!), "Name or password is wrong.");
    }

    public static async Task<Answer> BecomeFirstAdminAsync(HttpContext context, SessionEndpoints endpoints)
    {
        if (endpoints.RefusePlain(context) is { } plain) return plain;
        if (!await endpoints.TakeBodyAsync(context)) return Slow();
        var reader = new BodyReader(endpoints.Now);
        if (await reader.ReadAsync(context.Request, CollectorJson.Default.FirstAdminRequest) is not { } request)
            return TypedResults.ValidationProblem(reader.Errors);
        var link = reader.Text("link", request.Link, MaxLink);
        if (LocalUser.RefuseName(request.Name) is { } name) reader.Refuse("name", name);
        if (PasswordHash.RefusePassword(request.Password ?? "") is { } password) reader.Refuse("password", password);
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);
        return await endpoints.AnswerAsync(
            context, () => endpoints._logins.BeginFirstAsync(context, link, request.Name!, request.Password!),
            "The link works no more: it does once, for a day, until the next start, and while there are no users. The log has the " +
                "present one.");
    }

    public static NoContent LogOut(HttpContext context, SessionEndpoints endpoints)
    {
        if (Person.Of(context).Session is { } session)
        {
            endpoints._sessions.End(session);
            endpoints._audit.Add(context, "logout", session.Name);
        }

        SessionCookie.Delete(context);
        return TypedResults.NoContent();
    }

    private long Now => clock.UnixMilliseconds;

    private async Task<Answer> AnswerAsync(HttpContext context, Func<Task<LoginResult>> logIn, string wrong)
    {
        try
        {
            var result = await logIn();
            if (result.Person is not null) return TypedResults.Ok(Describe(context));
            if (result.RetryAfter is not { } wait)
                return TypedResults.Problem(statusCode: StatusCodes.Status401Unauthorized, title: wrong);
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(Math.Max(1, wait.TotalSeconds))).ToString();
            return TypedResults.Problem(
                statusCode: StatusCodes.Status429TooManyRequests, title: "Too many logins have failed: wait a moment, then try again.");
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    private SessionJson Describe(HttpContext context)
    {
        var person = Person.Of(context);
        var isConfidential = Caller.Of(context).IsConfidential;
        return new SessionJson(
            person.Name, person.Role is { } role ? KebabCase<AccessRole>.Of(role) : null,
            person.Means == AccessMeans.None ? null : KebabCase<AccessMeans>.Of(person.Means),
            isConfidential && users.Count > 0, isConfidential && first.IsOpen, person.AntiForgery, person.ExpiresAt);
    }

    private ProblemHttpResult? RefusePlain(HttpContext context)
    {
        if (Caller.Of(context).IsConfidential) return null;
        gauges.CountRefused(HttpRefusal.PlainLogin);
        return TypedResults.Problem(
            statusCode: StatusCodes.Status403Forbidden,
            title: "Passwords are not taken over plain HTTP: Http:Tls:Certificate turns TLS on, Http:AllowPlainLogin=true takes them " +
                "all the " +
                "same.");
    }

    /// <summary>Logins do not wait among the requests of the API: whoever floods them takes no time of theirs.</summary>
    private async Task<bool> TakeBodyAsync(HttpContext context)
    {
        // Whoever sends a body slowly has an idle connection for that long.
        var connection = context.Features.Get<HttpConnection>();
        connection?.End();
        var isWhole = await RequestBody.TakeAsync(context);
        connection?.Begin();
        if (isWhole) return true;
        gauges.CountRefused(HttpRefusal.SlowBody);
        context.Response.Headers.Connection = "close";
        return false;
    }

    private static ProblemHttpResult Slow() =>
        TypedResults.Problem(statusCode: StatusCodes.Status408RequestTimeout, title: "The body did not come in time.");
}
