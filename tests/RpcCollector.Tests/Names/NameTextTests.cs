using System.Text;
using RpcCollector.Names;

namespace RpcCollector.Tests.Names;

public class NameTextTests
{
    [Theory]
    [InlineData("PC-0412", "PC-0412")]
    [InlineData("fs-02.corp.example", "fs-02.corp.example")]
    [InlineData("fs-02.corp.example.", "fs-02.corp.example")]
    [InlineData("xn--mller-kva.example", "xn--mller-kva.example")]
    [InlineData("PC_7", "PC_7")]
    [InlineData("M\u00DCLLER-PC", "M_LLER-PC")]
    [InlineData("\u0420C-0412", "_C-0412", false)]
    public void A_name_of_a_host_is_ASCII(string told, string expected, bool isName = true)
    {
        // A letter of another script is no letter of ours, and does not begin a name as an underscore does not.
        Assert.Equal(isName, NameText.TryClean(told, out var name));
        if (isName) Assert.Equal(expected, name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("(empty)")]
    [InlineData("<empty>")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("10.20.1.15")]
    [InlineData("010.020.001.015")]
    [InlineData("0x7f.1")]
    [InlineData("0xA14010F")]
    [InlineData("2001:db8::1")]
    [InlineData("10-20-1-15")]
    [InlineData("12345")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.localdomain")]
    [InlineData("wpad.corp.example")]
    [InlineData("isatap")]
    [InlineData("WORKGROUP")]
    [InlineData("_ldap._tcp.dc.corp.example")]
    [InlineData("gc._msdcs.corp.example")]
    [InlineData("15.1.20.10.in-addr.arpa")]
    [InlineData("-pc")]
    [InlineData("pc..corp")]
    [InlineData("pc 0412")]
    [InlineData("CORP\\pc")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("pc\"onload=\"x")]
    [InlineData("pc'--")]
    [InlineData("a'")]
    [InlineData("pc\u001B[31m")]
    [InlineData("pc\nfatal: forged")]
    [InlineData("pc\r")]
    [InlineData("pc\0")]
    [InlineData("\u202Epc")]
    [InlineData("pc\u200B")]
    [InlineData("\U0001F4BB")]
    public void What_is_no_name_of_a_host_is_refused(string told)
    {
        // An apostrophe becomes an underscore: what is left must be a name, or nothing.
        if (NameText.TryClean(told, out var name)) Assert.Matches("^[A-Za-z0-9][A-Za-z0-9._-]*$", name);
        else Assert.Null(name);
        if (!told.Contains('\'', StringComparison.Ordinal)) Assert.Null(name);
    }

    [Theory]
    [InlineData("CORP\\alice", "CORP\\alice")]
    [InlineData("alice@CORP.EXAMPLE", "alice@CORP.EXAMPLE")]
    [InlineData("Jos\u00E9 Garc\u00EDa", "Jos\u00E9 Garc\u00EDa")]
    [InlineData(" bob ", "bob")]
    [InlineData("O'Brien", "O_Brien")]
    [InlineData("\u5F20\u4E09-7", "__-7")]
    public void Users_have_Latin_letters_and_a_few_signs(string told, string expected)
    {
        Assert.True(NameText.TryCleanUser(Encoding.UTF8.GetBytes(told), out var name));
        Assert.Equal(expected, name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("(empty)")]
    [InlineData("<b>bob</b>")]
    [InlineData("bob\u202E")]
    [InlineData("bob\u001B]0;x\u0007")]
    [InlineData("bob\"")]
    [InlineData("   ")]
    public void What_is_no_user_is_refused(string told) => Assert.False(NameText.TryCleanUser(Encoding.UTF8.GetBytes(told), out _));

    [Fact]
    public void A_name_that_is_too_long_is_refused_and_never_cut()
    {
        Assert.True(NameText.TryClean(new string('a', HostName.MaxLength), out _));
        Assert.False(NameText.TryClean(new string('a', HostName.MaxLength + 1), out _));
        Assert.False(NameText.TryClean(new string('a', 10_240), out _));
        Assert.False(NameText.TryCleanUser(Encoding.UTF8.GetBytes(new string('a', 10_240)), out _));
        Assert.False(NameText.TryCleanLabel(new string('a', 10_240), out _));
    }

    [Fact]
    public void Octets_that_are_no_text_are_no_name()
    {
        Assert.False(NameText.TryClean([0xFF, 0x41], out _));
        Assert.False(NameText.TryClean([0x41, 0xC3], out _));
        Assert.False(NameText.TryClean([0x41, 0xED, 0xA0, 0x80], out _));
    }

    [Fact]
    public void Whatever_comes_nothing_but_the_characters_of_names_goes_out()
    {
        var random = new Random(7);
        var octets = new byte[200];
        var passed = 0;
        for (var round = 0; round < 200_000; round++)
        {
            var length = Draw(random, octets);
            if (NameText.TryClean(octets.AsSpan(0, length), out var host))
            {
                passed++;
                Assert.Matches("^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$", host);
            }

            if (NameText.TryCleanUser(octets.AsSpan(0, length), out var user)) AssertAllowed(user);
            if (NameText.TryCleanLabel(Encoding.UTF8.GetString(octets, 0, length), out var label)) AssertAllowed(label);
        }

        Assert.NotEqual(0, passed);
    }

    private static void AssertAllowed(string text)
    {
        Assert.InRange(text.Length, 1, HostName.MaxLength);
        Assert.All(text, character =>
        {
            Assert.True(NameText.IsAllowed(character), $"U+{(int)character:X4}");
            Assert.DoesNotContain(character, "<>&\"'`=;{}[]|^~%!?*\u001B\r\n\t\0");
            Assert.False(char.IsControl(character) || char.IsSurrogate(character) || character is >= '\u0250');
        });
    }

    /// <summary>Octets, characters of all planes, or letters with a few others among them.</summary>
    private static int Draw(Random random, byte[] into)
    {
        var kind = random.Next(3);
        if (kind == 0)
        {
            random.NextBytes(into);
            return random.Next(into.Length);
        }

        var length = 0;
        for (var count = random.Next(1, 24); count > 0; count--)
        {
            var value = kind == 1 ? random.Next(0x11_0000) : random.Next(20) == 0 ? random.Next(0x300) : random.Next('-', '{');
            if (Rune.TryCreate(value, out var rune)) length += rune.EncodeToUtf8(into.AsSpan(length));
        }

        return length;
    }
}
