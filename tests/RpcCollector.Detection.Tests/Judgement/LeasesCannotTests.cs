using System.Reflection;
using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What whoever forges names and leases cannot do, whatever they say.</summary>
public sealed class LeasesCannotTests
{
    [Fact]
    public void Names_cannot_change_a_judgement_since_nothing_that_the_judge_takes_has_any()
    {
        var taken = typeof(Judge).GetMethods(BindingFlags.Public | BindingFlags.Instance)
            .Where(method => method.Name is nameof(Judge.Take) or nameof(Judge.Apply))
            .Select(method => method.GetParameters()[0].ParameterType.Name.TrimEnd('&')).Order(StringComparer.Ordinal);
        Assert.Equal(["ActivityChange", "AddressLease", "ContactChange", "RpcOperation", "Verdict"], taken);

        // Of a lease it has the machine's number alone; the only texts are of calls on the wire, and of who gave a verdict.
        var texts = ((Type[])[typeof(AddressLease), typeof(RpcActivity), typeof(AdministrationContact)])
            .SelectMany(type => type.GetProperties()).Where(property => property.PropertyType == typeof(string));
        Assert.Empty(texts);
    }

    [Fact]
    public void Machine_has_the_same_number_for_the_same_octets_and_never_none()
    {
        Assert.Equal(AddressLease.MachineOf([0, 0x50, 0x56, 1, 2, 3]), AddressLease.MachineOf([0, 0x50, 0x56, 1, 2, 3]));
        Assert.NotEqual(AddressLease.MachineOf([0, 0x50, 0x56, 1, 2, 3]), AddressLease.MachineOf([0, 0x50, 0x56, 1, 2, 4]));
        Assert.NotEqual(0UL, AddressLease.MachineOf([]));
        Assert.NotEqual(AddressLease.MachineOf([0]), AddressLease.MachineOf([0, 0]));
    }
}
