using Microsoft.JSInterop;

namespace Elbo.Studio.Layout;

/// <summary>Calls of scripts in a page that may be gone meanwhile.</summary>
internal static class PageScript
{
    /// <summary>Calls a function in the page, unless the page is gone.</summary>
    public static async Task TellAsync(this IJSRuntime js, string function, params object?[] arguments)
    {
        try
        {
            await js.InvokeVoidAsync(function, arguments);
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The browser has closed the page, or lost the connection.
        }
    }
}
