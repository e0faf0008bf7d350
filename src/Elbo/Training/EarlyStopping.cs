namespace Elbo.Training;

/// <summary>Ends training when the validation loss has stopped improving.</summary>
public sealed class EarlyStopping
{
    private readonly EarlyStoppingOptions _options;
    private EarlyStoppingState _state = new();

    /// <summary>A watch over the validation loss.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public EarlyStopping(EarlyStoppingOptions? options = null)
    {
        _options = options ?? new EarlyStoppingOptions();
        _options.Validate();
    }

    /// <summary>Whether training should end.</summary>
    public bool ShouldStop => _state.BadEpochs >= _options.Patience;

    /// <summary>All that a resumed run needs to go on as if never stopped.</summary>
    public EarlyStoppingState State
    {
        get => _state;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _state = value;
        }
    }

    /// <summary>Takes note of an epoch's validation loss; NaN counts as no improvement.</summary>
    /// <returns>Whether it improved on the best.</returns>
    public bool EpochEnded(float validationLoss)
    {
        bool improved = validationLoss < (_state.Best ?? float.PositiveInfinity) - _options.MinimumDelta;
        _state = improved
            ? new EarlyStoppingState { Best = validationLoss }
            : _state with
            {
                BadEpochs = _state.BadEpochs + 1,
            };
        return improved;
    }
}
