using Elbo.Engine;
using Elbo.Training;
using Elbo.Training.Optimizers;

namespace Elbo.Tests.Training;

public sealed class CheckpointStoreTests : IDisposable
{
    private const string Stray = ".step-00000030.safetensors.0123456789abcdef0123456789abcdef.tmp";

    private readonly TemporaryFolder _folder = new();
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });
    private readonly Adam _optimizer;

    public CheckpointStoreTests() => _optimizer = new Adam(SmallModel.Create(_device, outputs: 2, inputs: 3));

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_empty_or_missing_folder_has_no_checkpoint()
    {
        Assert.Null(new CheckpointStore(_folder.Path).LoadNewestSound(out var complaints));
        Assert.Empty(complaints);
        Assert.Null(new CheckpointStore(_folder.File("missing")).LoadNewestSound(out _));
    }

    [Fact]
    public void The_newest_five_are_kept()
    {
        var store = new CheckpointStore(_folder.File("checkpoints"));
        for (long step = 100; step <= 800; step += 100)
            Save(store, step);
        Assert.Equal(
            [
                "step-00000800.safetensors",
                "step-00000700.safetensors",
                "step-00000600.safetensors",
                "step-00000500.safetensors",
                "step-00000400.safetensors",
            ],
            store.Files.Select(Path.GetFileName)
        );
        Assert.Equal(5, Directory.GetFileSystemEntries(_folder.File("checkpoints")).Length);
        Assert.Equal(800, store.LoadNewestSound(out _)!.State.Step);
    }

    [Fact]
    public void Steps_are_ordered_as_numbers()
    {
        var store = new CheckpointStore(_folder.Path);
        Save(store, 99_999_999);
        Save(store, 100_000_000);
        Assert.Equal(100_000_000, store.LoadNewestSound(out _)!.State.Step);
    }

    [Fact]
    public void The_same_state_gives_the_same_bytes()
    {
        var store = new CheckpointStore(_folder.Path);
        string path = Save(store, 7);
        byte[] first = File.ReadAllBytes(path);
        store.Save(store.LoadNewestSound(out _)!);
        Assert.Equal(first, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_failed_save_leaves_the_others()
    {
        var store = new CheckpointStore(_folder.Path, keep: 1);
        string path = Save(store, 7);
        var twice = Checkpoint.Of(_optimizer, new TrainingState { Step = 8 }, [("encoder.weight", _device.Zeros([1]))]);
        Assert.Throws<ArgumentException>(() => store.Save(twice));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void What_a_killed_process_left_is_ignored_and_goes_with_the_next_save()
    {
        var store = new CheckpointStore(_folder.Path);
        byte[] sound = File.ReadAllBytes(Save(store, 10));
        foreach (int length in (int[])[0, 5, sound.Length / 2, sound.Length])
        {
            File.WriteAllBytes(_folder.File(Stray), sound[..length]);
            Assert.Equal(10, store.LoadNewestSound(out var complaints)!.State.Step);
            Assert.Empty(complaints);
        }
        Save(store, 20);
        Assert.False(File.Exists(_folder.File(Stray)));
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_passed_over_with_one_line()
    {
        var store = new CheckpointStore(_folder.Path);
        Save(store, 10);
        string path = Save(store, 20);
        byte[] sound = File.ReadAllBytes(path);
        for (int length = 0; length < sound.Length; length += 7)
        {
            File.WriteAllBytes(path, sound[..length]);
            AssertPassedOver(store, path);
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_noticed()
    {
        var store = new CheckpointStore(_folder.Path);
        Save(store, 10);
        string path = Save(store, 20);
        byte[] bytes = File.ReadAllBytes(path);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, bytes);
            AssertPassedOver(store, path);
            bytes[i] ^= (byte)(1 << (i % 8));
        }
    }

    [Fact]
    public void Damaged_ones_are_each_reported_until_a_sound_one_is_found()
    {
        var store = new CheckpointStore(_folder.Path);
        Save(store, 10);
        File.WriteAllText(
            _folder.File("step-00000020.safetensors"),
            "rubbish, and long enough to have a header length"
        );
        File.WriteAllText(_folder.File("step-00000030.safetensors"), "");
        Assert.Equal(10, store.LoadNewestSound(out var complaints)!.State.Step);
        Assert.Equal(2, complaints.Count);
        Assert.Contains("step-00000030", complaints[0]);
        Assert.Contains("step-00000020", complaints[1]);
    }

    [Fact]
    public void Where_none_is_sound_there_is_null_and_the_reasons()
    {
        File.WriteAllText(_folder.File("step-00000020.safetensors"), "");
        Assert.Null(new CheckpointStore(_folder.Path).LoadNewestSound(out var complaints));
        Assert.Single(complaints);
    }

    [Fact]
    public void Another_safetensors_file_is_no_checkpoint()
    {
        Elbo.Formats.SafetensorsWriter.Write(_folder.File("step-00000020.safetensors"), [new("t", [1], [1])]);
        Assert.Null(new CheckpointStore(_folder.Path).LoadNewestSound(out var complaints));
        Assert.EndsWith("the format is ''; 'elbo-checkpoint-1' is needed.", Assert.Single(complaints));
    }

    [Fact]
    public void A_damaged_checkpoint_ahead_of_the_run_neither_costs_the_new_one_its_place_nor_stays()
    {
        var store = new CheckpointStore(_folder.Path, keep: 1);
        File.WriteAllText(_folder.File("step-00000500.safetensors"), "damaged");
        string path = Save(store, 450);
        Assert.Equal([path], store.Files);
    }

    [Fact]
    public void Other_files_in_the_folder_are_left_alone()
    {
        File.WriteAllText(_folder.File("step-best.safetensors"), "mine");
        File.WriteAllText(_folder.File("notes.txt"), "mine");
        var store = new CheckpointStore(_folder.Path, keep: 1);
        Save(store, 1);
        Save(store, 2);
        Assert.Equal(
            ["notes.txt", "step-00000002.safetensors", "step-best.safetensors"],
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public void Zero_keeps_all()
    {
        var store = new CheckpointStore(_folder.Path, keep: 0);
        for (int step = 1; step <= 7; step++)
            Save(store, step);
        Assert.Equal(7, store.Files.Count);
        Assert.Throws<ArgumentException>(() => new CheckpointStore(_folder.Path, keep: -1));
    }

    private string Save(CheckpointStore store, long step)
    {
        SmallModel.FillGradients(_optimizer.Parameters, step);
        _optimizer.Step(1e-3f);
        return store.Save(
            Checkpoint.Of(
                _optimizer,
                new TrainingState
                {
                    Step = step,
                    EpochSums = new Dictionary<string, double> { ["loss"] = 12.5 },
                }
            )
        );
    }

    private static void AssertPassedOver(CheckpointStore store, string path)
    {
        Assert.Equal(10, store.LoadNewestSound(out var complaints)!.State.Step);
        string complaint = Assert.Single(complaints);
        Assert.StartsWith(path, complaint);
        Assert.DoesNotContain('\n', complaint);
    }
}
