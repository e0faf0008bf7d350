using Elbo.Training;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Training;

public class TrainingStateTests
{
    [Fact]
    public void Json_keeps_every_bit()
    {
        var state = new TrainingState
        {
            Epoch = 3,
            BatchInEpoch = 17,
            Step = 12_345_678_901,
            EpochImages = 2176,
            ElapsedSeconds = 0.1 + 0.2,
            Schedule = new ScheduleState
            {
                Epoch = 3,
                Factor = 0.1 * 0.1,
                Best = 0.1f,
                BadEpochs = 2,
                CooldownLeft = 1,
            },
            EarlyStopping = new EarlyStoppingState { Best = 1f / 3, BadEpochs = 4 },
            EpochSums = new Dictionary<string, double>
            {
                ["loss"] = Math.PI * 1e7,
                ["kl"] = 1e-300 / 3,
                ["nats, \"odd\""] = double.PositiveInfinity,
                ["nan"] = double.NaN,
            },
        };
        var read = TrainingState.FromJson(state.ToJson());
        Assert.Equal(state.EpochSums, read.EpochSums);
        Assert.Equal(state with { EpochSums = read.EpochSums }, read);
    }

    [Fact]
    public void Json_is_one_line() => Assert.DoesNotContain('\n', new TrainingState().ToJson());

    [Fact]
    public void A_new_run_starts_from_nothing() =>
        Assert.Equal(
            """{"epoch":0,"batchInEpoch":0,"step":0,"schedule":"""
                + """{"epoch":0,"factor":1,"best":null,"badEpochs":0,"cooldownLeft":0},"earlyStopping":"""
                + """{"best":null,"badEpochs":0},"epochSums":{},"epochImages":0,"elapsedSeconds":0}""",
            new TrainingState().ToJson()
        );

    [Theory]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"epoch":"three"}""")]
    [InlineData("""{"schedule":null}""")]
    [InlineData("""{"epoch":-1}""")]
    [InlineData("""{"epoch":2147483647}""")]
    [InlineData("""{"step":-1}""")]
    [InlineData("""{"earlyStopping":{"badEpochs":-1}}""")]
    public void What_is_not_a_state_is_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => TrainingState.FromJson(json));
}
