using RpcCollector.Options;

namespace RpcCollector.Tests.Options;

public class SettingArgumentsTests
{
    [Fact]
    public void Settings_are_told_from_words_and_get_their_full_name()
    {
        var (words, settings) =
            SettingArguments.Split(
                ["replay", "--Udp:Listen:0=*:1", "--format", "json", "--RpcCollector:Http:Port", "80", "--Logging:LogLevel:Default=Debug",
                    "a=b:c", "--", "--x:y=z"]);

        Assert.Equal(["replay", "--format", "json", "a=b:c", "--", "--x:y=z"], words);
        Assert.Equal(["--RpcCollector:Udp:Listen:0=*:1", "--RpcCollector:Http:Port=80", "--Logging:LogLevel:Default=Debug"], settings);
    }

    [Fact]
    public void Address_given_to_an_option_is_no_setting()
    {
        var (words, settings) = SettingArguments.Split(["send", "x.pcap", "--to", "[::1]:2055", "--to=127.0.0.1:2055"]);

        Assert.Equal(["send", "x.pcap", "--to", "[::1]:2055", "--to=127.0.0.1:2055"], words);
        Assert.Empty(settings);
    }
}
