using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace RpcCollector.Architecture.Tests;

/// <summary>Reads from a built assembly which of its types uses which types, method bodies included.</summary>
/// <remarks>
/// What the compiler copies leaves no trace in an assembly: constants, <c>nameof</c>, and references in documentation comments are not
/// seen.
/// </remarks>
internal sealed class AssemblyUses : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly string _assembly;
    private readonly List<Use> _uses = [];

    private AssemblyUses(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
        _assembly = _metadata.GetString(_metadata.GetAssemblyDefinition().Name);
    }

    /// <returns>Each use once; uses of a type by itself are left out.</returns>
    public static IReadOnlyCollection<Use> Read(string path)
    {
        using var reader = new AssemblyUses(path);
        foreach (var handle in reader._metadata.TypeDefinitions) reader.ReadType(handle);
        return [.. reader._uses.Where(use => use.From != use.To).Distinct()];
    }

    public void Dispose() => _file.Dispose();

    private void ReadType(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var from = Outermost(handle);
        var self = new Place(from, _metadata.GetString(type.Name));

        // 1. What the type itself says.
        Add(self, type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
            Add(self, _metadata.GetInterfaceImplementation(implemented).Interface);
        ReadAttributes(self, type.GetCustomAttributes());
        ReadGenericParameters(self, type.GetGenericParameters());

        // 2. Its fields, properties and events.
        foreach (var field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            var place = new Place(from, _metadata.GetString(field.Name));
            Add(place, field.DecodeSignature(new TypesOfSignature(), genericContext: null));
            ReadAttributes(place, field.GetCustomAttributes());
        }

        foreach (var property in type.GetProperties().Select(_metadata.GetPropertyDefinition))
            ReadAttributes(new Place(from, _metadata.GetString(property.Name)), property.GetCustomAttributes());
        foreach (var raised in type.GetEvents().Select(_metadata.GetEventDefinition))
            ReadAttributes(new Place(from, _metadata.GetString(raised.Name)), raised.GetCustomAttributes());

        // 3. Its methods, inside too.
        foreach (var method in type.GetMethods().Select(_metadata.GetMethodDefinition)) ReadMethod(from, method);
    }

    private void ReadMethod(UsedType from, MethodDefinition method)
    {
        var place = new Place(from, _metadata.GetString(method.Name));
        Add(place, method.DecodeSignature(new TypesOfSignature(), genericContext: null));
        ReadAttributes(place, method.GetCustomAttributes());
        ReadGenericParameters(place, method.GetGenericParameters());
        foreach (var parameter in method.GetParameters()) ReadAttributes(place, _metadata.GetParameter(parameter).GetCustomAttributes());
        if (method.RelativeVirtualAddress == 0) return;
        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            var locals = _metadata.GetStandaloneSignature(body.LocalSignature);
            foreach (var local in locals.DecodeLocalSignature(new TypesOfSignature(), genericContext: null)) Add(place, local);
        }

        foreach (var region in body.ExceptionRegions) Add(place, region.CatchType);
        foreach (var token in Instructions.TokensOf(body.GetILReader())) Add(place, token);
    }

    private void ReadAttributes(Place place, CustomAttributeHandleCollection attributes)
    {
        foreach (var attribute in attributes) Add(place, _metadata.GetCustomAttribute(attribute).Constructor);
    }

    private void ReadGenericParameters(Place place, GenericParameterHandleCollection parameters)
    {
        foreach (var parameter in parameters.Select(_metadata.GetGenericParameter))
        {
            ReadAttributes(place, parameter.GetCustomAttributes());
            foreach (var constraint in parameter.GetConstraints()) Add(place, _metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private void Add(Place place, MethodSignature<ImmutableArray<EntityHandle>> signature)
    {
        Add(place, signature.ReturnType);
        foreach (var parameter in signature.ParameterTypes) Add(place, parameter);
    }

    private void Add(Place place, ImmutableArray<EntityHandle> types)
    {
        foreach (var type in types) Add(place, type);
    }

    /// <param name="used">A type, or a member, which counts as its type.</param>
    private void Add(Place place, EntityHandle used)
    {
        if (used.IsNil) return;
        switch (used.Kind)
        {
            case HandleKind.TypeDefinition:
                _uses.Add(new Use(place.From, place.Member, Outermost((TypeDefinitionHandle)used)));
                break;
            case HandleKind.TypeReference:
                if (Outermost((TypeReferenceHandle)used) is { } type) _uses.Add(new Use(place.From, place.Member, type));
                break;
            case HandleKind.TypeSpecification:
                var constructed = _metadata.GetTypeSpecification((TypeSpecificationHandle)used);
                Add(place, constructed.DecodeSignature(new TypesOfSignature(), genericContext: null));
                break;
            case HandleKind.MethodDefinition:
                Add(place, _metadata.GetMethodDefinition((MethodDefinitionHandle)used).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Add(place, _metadata.GetFieldDefinition((FieldDefinitionHandle)used).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Add(place, _metadata.GetMemberReference((MemberReferenceHandle)used).Parent);
                break;
            case HandleKind.MethodSpecification:
                var generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)used);
                Add(place, generic.Method);
                foreach (var argument in generic.DecodeSignature(new TypesOfSignature(), genericContext: null)) Add(place, argument);
                break;
            case HandleKind.StandaloneSignature:
                var pointed = _metadata.GetStandaloneSignature((StandaloneSignatureHandle)used);
                Add(place, pointed.DecodeMethodSignature(new TypesOfSignature(), genericContext: null));
                break;
        }
    }

    private UsedType Outermost(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil) type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        return new UsedType(_assembly, _metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    private UsedType? Outermost(TypeReferenceHandle handle)
    {
        var type = _metadata.GetTypeReference(handle);
        while (type.ResolutionScope.Kind == HandleKind.TypeReference)
            type = _metadata.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        if (type.ResolutionScope.Kind != HandleKind.AssemblyReference) return null;
        var assembly = _metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
        return new UsedType(_metadata.GetString(assembly.Name), _metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    private readonly record struct Place(UsedType From, string Member);
}
