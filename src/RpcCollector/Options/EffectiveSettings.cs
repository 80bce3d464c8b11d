namespace RpcCollector.Options;

/// <summary>The settings of this process, with the configuration that they come from.</summary>
/// <param name="Arguments">Settings of the command line, kept so that everything can be read again.</param>
internal sealed record EffectiveSettings(IConfigurationRoot Configuration, CollectorOptions Options, IReadOnlyList<string> Arguments)
{
    /// <param name="arguments">Settings of the command line.</param>
    /// <param name="withFiles">False to leave out the settings files.</param>
    /// <exception cref="StartupException">Something is wrong: one line for every mistake, each naming its setting or file.</exception>
    public static EffectiveSettings Read(IReadOnlyList<string> arguments, bool withFiles = true)
    {
        IConfigurationRoot configuration;
        try
        {
            configuration = ConfigurationSources.Read(arguments, withFiles);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{e.Message} {e.InnerException?.Message}".ReplaceLineEndings(" ").Trim(), e);
        }

        var (options, wrong) = SettingBinder.Bind(configuration);
        List<string> errors = [.. wrong, .. LogSettings.Errors(configuration), .. StraySettings.Errors(configuration)];
        options.Flows.LowestEndpointPort = options.Detection.Join.LowestEndpointPort;
        return errors.Count == 0
            ? new EffectiveSettings(configuration, options, arguments)
            : throw new StartupException(string.Join(Environment.NewLine, errors));
    }
}
