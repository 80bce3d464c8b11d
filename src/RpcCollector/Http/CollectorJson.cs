using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace RpcCollector.Http;

/// <summary>
/// How the appliance writes JSON: snake_case, times by <see cref="UtcMilliseconds"/>, what is unknown left out; generated, so that the
/// program can be trimmed.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcMilliseconds)])]
[JsonSerializable(typeof(ActivityLineJson))]
[JsonSerializable(typeof(FindingLineJson))]
[JsonSerializable(typeof(IncidentLineJson))]
[JsonSerializable(typeof(ActivitiesPage))]
[JsonSerializable(typeof(ExportersPage))]
[JsonSerializable(typeof(TemplatesPage))]
[JsonSerializable(typeof(FindingsPage))]
[JsonSerializable(typeof(FindingJson))]
[JsonSerializable(typeof(KindsPage))]
[JsonSerializable(typeof(KindJson))]
[JsonSerializable(typeof(NextJson))]
[JsonSerializable(typeof(VerdictRequest))]
[JsonSerializable(typeof(VerdictHistory))]
[JsonSerializable(typeof(SuppressionRequest))]
[JsonSerializable(typeof(SuppressionsPage))]
[JsonSerializable(typeof(IncidentsPage))]
[JsonSerializable(typeof(IncidentDetailJson))]
[JsonSerializable(typeof(IncidentStateRequest))]
[JsonSerializable(typeof(IncidentAssigneeRequest))]
[JsonSerializable(typeof(IncidentNoteRequest))]
[JsonSerializable(typeof(IncidentVerdictRequest))]
[JsonSerializable(typeof(IncidentVerdictAnswer))]
[JsonSerializable(typeof(HostsPage))]
[JsonSerializable(typeof(HostDetailJson))]
[JsonSerializable(typeof(PairsPage))]
[JsonSerializable(typeof(HostJson))]
[JsonSerializable(typeof(HostRoleRequest))]
[JsonSerializable(typeof(RoleRequest))]
[JsonSerializable(typeof(RoleJson))]
[JsonSerializable(typeof(RolesPage))]
[JsonSerializable(typeof(NetworkJson))]
[JsonSerializable(typeof(LearningJson))]
[JsonSerializable(typeof(CoverageJson))]
[JsonSerializable(typeof(RoleChangesPage))]
[JsonSerializable(typeof(SessionJson))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(FirstAdminRequest))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(UsersPage))]
[JsonSerializable(typeof(TokensPage))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(CreatedTokenJson))]
[JsonSerializable(typeof(HealthJson))]
[JsonSerializable(typeof(ReadinessJson))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
internal sealed partial class CollectorJson : JsonSerializerContext;
