namespace RpcCollector.Architecture.Tests;

/// <summary>A type as the tests see it: what is nested in a type, lambdas and state machines too, counts as that type.</summary>
/// <param name="Assembly">Simple name.</param>
/// <param name="Namespace">Empty for the global one.</param>
internal readonly record struct UsedType(string Assembly, string Namespace, string Name);

/// <summary>One place where a type names another one: a signature, an attribute, a field, or an instruction of a method body.</summary>
/// <param name="Member">The member of <paramref name="From"/> that does; for base types, interfaces and attributes the type.</param>
internal readonly record struct Use(UsedType From, string Member, UsedType To);
