namespace RpcCollector.Store.Inputs;

/// <summary>How much room the file system of a folder has, in octets.</summary>
/// <param name="Free">For this user.</param>
internal readonly record struct DiskRoom(long Free, long All)
{
    /// <summary>Null when nobody says.</summary>
    public static DiskRoom? Of(string folder)
    {
        try
        {
            var drive = new DriveInfo(Directory.Exists(folder) ? folder : Path.GetDirectoryName(folder)!);
            return new DiskRoom(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
