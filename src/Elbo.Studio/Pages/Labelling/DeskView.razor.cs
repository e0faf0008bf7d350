using System.Globalization;
using Elbo.Studio.Access;
using Elbo.Studio.Labelling;
using Elbo.Studio.Layout;
using Elbo.Training.Runs;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Elbo.Studio.Pages.Labelling;

/// <summary>One image, large, with the classes it may have, and the queue around it.</summary>
public sealed partial class DeskView : IAsyncDisposable
{
    /// <summary>Number of images in the strip below.</summary>
    private const int Strip = 15;

    /// <summary>Number of these before the image that is shown.</summary>
    private const int Before = 3;

    private DotNetObjectReference<DeskView>? _self;
    private string _typed = "";

    /// <summary>The labelling and the place in it. It is the same for the life of the component.</summary>
    [Parameter, EditorRequired]
    public LabelDesk Desk { get; set; } = null!;

    /// <summary>Folder of the run.</summary>
    [Parameter, EditorRequired]
    public RunFolder Folder { get; set; } = null!;

    /// <summary>Identifier of the run.</summary>
    [Parameter, EditorRequired]
    public string RunId { get; set; } = "";

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private AllowedFolders Folders { get; set; } = null!;

    /// <summary>Called by the script when a key is pressed that no field takes.</summary>
    /// <param name="key">The key.</param>
    /// <param name="image">The image that was shown.</param>
    [JSInvokable]
    public Task Press(string key, string image) => Desk.PressAsync(key, image);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Desk.Changed -= Show;
        if (_self is null)
            return;
        await Js.TellAsync("elboLabel.detach");
        _self.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Desk.Changed += Show;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        _self = DotNetObjectReference.Create(this);
        await Js.TellAsync("elboLabel.attach", _self, Desk.Book.State.Classes.Length == 0);
    }

    private void Show() => _ = InvokeAsync(StateHasChanged);

    private async Task AssignTyped()
    {
        if (Desk.Shown is not { } shown)
            return;
        string name = _typed;
        await Desk.AssignAsync(shown.Image, name);
        if (Desk.Problem is not null)
            return;
        _typed = "";
        await Js.TellAsync("elboLabel.leaveName");
    }

    private string? Original(string image) => Originals.Url(Desk.Images, Desk.IndexOf(image), Folders);

    private static string Alt(int at, string image) =>
        string.Create(CultureInfo.InvariantCulture, $"Image {at + 1} to label: {image}");
}
