using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Formats.TensorBoard.Messages;
using Google.Protobuf.WellKnownTypes;

namespace Elbo.Formats.TensorBoard;

/// <summary>The options of a run, for TensorBoard's hyper-parameter page.</summary>
/// <remarks>
/// The page collects the options and metrics from all runs itself, so runs with different options appear together.
/// </remarks>
internal static class HyperParameters
{
    private const string Plugin = "hparams",
        StartTag = "_hparams_/session_start_info",
        EndTag = "_hparams_/session_end_info";

    /// <summary>The options at the start of a run: numbers, booleans, and everything else as text.</summary>
    public static Summary.Types.Value Start(JsonObject options, DateTimeOffset started)
    {
        var info = new SessionStartInfo { StartTimeSecs = started.ToUnixTimeMilliseconds() / 1000.0 };
        foreach (var (name, value) in options)
            if (value is not null)
                info.Hparams[name] = ToValue(value);
        return SummaryValue.ToPlugin(StartTag, Plugin, new HParamsPluginData { SessionStartInfo = info });
    }

    /// <summary>Marks the end of the run.</summary>
    public static Summary.Types.Value End(DateTimeOffset ended) =>
        SummaryValue.ToPlugin(
            EndTag,
            Plugin,
            new HParamsPluginData
            {
                SessionEndInfo = new SessionEndInfo
                {
                    Status = Messages.Status.Success,
                    EndTimeSecs = ended.ToUnixTimeMilliseconds() / 1000.0,
                },
            }
        );

    private static Value ToValue(JsonNode node) =>
        node.GetValueKind() switch
        {
            JsonValueKind.Number => Value.ForNumber(double.Parse(node.ToJsonString())),
            JsonValueKind.True or JsonValueKind.False => Value.ForBool(node.GetValueKind() == JsonValueKind.True),
            JsonValueKind.Array => Value.ForString(string.Join(',', node.AsArray())),
            _ => Value.ForString(node.ToString()),
        };
}
