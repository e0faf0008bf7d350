using Microsoft.JSInterop;

namespace Elbo.Studio.Layout;

/// <summary>Calls of scripts in a page that may be gone meanwhile.</summary>
internal static class PageScript
{
    /// <summary>The result of a function in the page; the default value if the page is gone.</summary>
    public static async Task<T?> AskAsync<T>(this IJSRuntime js, string function, params object?[] arguments)
    {
        try
        {
            return await js.InvokeAsync<T>(function, arguments);
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            return default;
        }
    }

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
