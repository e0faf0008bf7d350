using System.Text.Json.Nodes;

namespace Elbo.Cli.Tests;

public sealed class DevicesCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_processor_is_a_device()
    {
        var result = CalledCommand.Run(_folder.Path, "devices");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^cpu +\d+ processors +\d+\.\d GiB +\w+$", result.OutputLines[0]);
        if (result.OutputLines.Length == 1)
            Assert.StartsWith("elbo: no GPU was found", result.Error);
    }

    [Fact]
    public void Json_has_the_memory_in_bytes()
    {
        var result = CalledCommand.Run(_folder.Path, "devices", "--json");
        var first = JsonNode.Parse(result.Output)!["devices"]![0]!;
        Assert.Equal("cpu", (string)first["kind"]!);
        Assert.InRange((long)first["memory"]!, 1 << 20, long.MaxValue);
    }

    [Fact]
    public void A_measurement_names_its_device()
    {
        var result = CalledCommand.Run(
            _folder.Path,
            "bench",
            "--case",
            "mlp-relu-256-z20-b128",
            "--seconds",
            "0.1",
            "--profile"
        );
        Assert.Equal("cpu", (string)JsonNode.Parse(result.OutputLines[0])!["device"]!);
        Assert.Contains("% of peak", result.Error);
    }

    [Theory]
    [InlineData("bench")]
    [InlineData("train")]
    public void A_device_that_does_not_exist_is_one_line(string command)
    {
        string complaint = CalledCommand.Run(_folder.Path, command, "--device", "cuda:4711").Complaint(2);
        Assert.Matches("^elbo: .*device 'cuda:4711'", complaint);
    }
}
