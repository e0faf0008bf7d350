using System.Text.Json.Nodes;
using Elbo.Formats.TensorBoard;

namespace Elbo.Tests.Formats.TensorBoard;

public sealed class HyperParametersTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Numbers_truths_and_texts_are_told_to_the_plugin()
    {
        var options = new JsonObject
        {
            ["beta"] = 0.5f,
            ["epochs"] = 3,
            ["strict"] = true,
            ["optimizer"] = "adam",
            ["hidden"] = new JsonArray(500, 250),
            ["name"] = null,
        };
        using (var file = EventFile.Open(_folder.Path, 0))
            file.Append(0, [HyperParameters.Start(options, Noon), HyperParameters.End(Noon.AddHours(1))]);
        var values = EventReader.Folder(_folder.Path);
        Assert.Equal(["_hparams_/session_start_info", "_hparams_/session_end_info"], values.Select(v => v.Tag));
        Assert.All(values, v => Assert.Equal(("hparams", "tensor"), (v.Plugin, v.Kind)));

        var start = WireField.ReadAll(values[0].Content).Single(f => f.Number == 3).Message;
        Assert.Equal(Noon.ToUnixTimeSeconds(), start.Single(f => f.Number == 5).Double);
        // A map is a message of key 1 and value 2 for each entry; a google.protobuf.Value has a number as 2, a text as
        // 3, a truth as 4.
        var entries = start
            .Where(f => f.Number == 1)
            .ToDictionary(
                f => f.Message.Single(p => p.Number == 1).Text,
                f => f.Message.Single(p => p.Number == 2).Message.Single()
            );
        Assert.Equal(["beta", "epochs", "hidden", "optimizer", "strict"], entries.Keys.Order());
        Assert.Equal((2, 0.5), (entries["beta"].Number, entries["beta"].Double));
        Assert.Equal((2, 3.0), (entries["epochs"].Number, entries["epochs"].Double));
        Assert.Equal((3, "500,250"), (entries["hidden"].Number, entries["hidden"].Text));
        Assert.Equal((3, "adam"), (entries["optimizer"].Number, entries["optimizer"].Text));
        Assert.Equal((4, 1UL), (entries["strict"].Number, entries["strict"].Bits));

        var end = WireField.ReadAll(values[1].Content).Single(f => f.Number == 4).Message;
        Assert.Equal(
            (1UL, Noon.AddHours(1).ToUnixTimeSeconds()),
            (end.Single(f => f.Number == 1).Bits, end.Single(f => f.Number == 2).Double)
        );
    }
}
