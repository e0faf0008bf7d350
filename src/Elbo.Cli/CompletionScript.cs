using System.CommandLine;
using System.CommandLine.Completions;
using System.Text;

namespace Elbo.Cli;

/// <summary>Scripts that complete commands, options and option values, for several shells.</summary>
/// <remarks>The script contains all words, so that the shell need not start the program for each completion.</remarks>
internal static class CompletionScript
{
    private static readonly Dictionary<string, Func<IReadOnlyList<CommandWords>, string>> Writers = new()
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["fish"] = Fish,
        ["pwsh"] = Pwsh,
    };

    /// <summary>The supported shells.</summary>
    public static IReadOnlyList<string> Shells => [.. Writers.Keys];

    /// <summary>Creates the script for a shell from the commands of the program.</summary>
    /// <exception cref="ArgumentException">The shell is not supported.</exception>
    public static string For(string shell, Command root) =>
        Writers.TryGetValue(shell, out var write)
            ? write([.. root.Subcommands.Where(command => !command.Hidden).Select(c => new CommandWords(c, root))])
            : throw NearestName.Unknown("shell", shell, [.. Writers.Keys]);

    private static string Bash(IReadOnlyList<CommandWords> commands)
    {
        var text = new StringBuilder(
            $$"""
            # bash completion of elbo; "source <(elbo completions bash)" in ~/.bashrc turns it on.
            _elbo() {
              local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" words=""
              # --option=value comes as three words.
              if [ "$current" = "=" ]; then current=""; fi
              if [ "$previous" = "=" ]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi
              COMPREPLY=()
              if [ "$COMP_CWORD" -eq 1 ]; then
                COMPREPLY=($(compgen -W "{{Join(commands.Select(c => c.Name))}} --help --version" -- "$current"))
                return
              fi
              case "${COMP_WORDS[1]} $previous" in

            """
        );
        foreach (var command in commands)
        foreach (var option in command.Followed)
        {
            string pattern = string.Join('|', option.Names.Select(name => $"\"{command.Name} {name}\""));
            string action =
                option.Values.Count > 0 ? $"words=\"{Join(option.Values)}\""
                : option.IsPath ? "return"
                : "compopt +o default 2> /dev/null; return";
            text.Append($"    {pattern}) {action} ;;\n");
        }
        text.Append("    *)\n      case \"${COMP_WORDS[1]}\" in\n");
        foreach (var command in commands)
        {
            // Without a word list, bash completes paths.
            string options = $"words=\"{Join(command.OptionNames)}\"";
            string words =
                command.TakesPath ? $"[[ \"$current\" != -* ]] || {options}"
                : command.Values.Count > 0
                    ? $"[[ \"$current\" == -* ]] && {options} || words=\"{Join(command.Values)}\""
                : options;
            text.Append($"        {command.Name}) {words} ;;\n");
        }
        text.Append(
            """
                  esac ;;
              esac
              COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -o default -F _elbo elbo

            """
        );
        return text.ToString();
    }

    private static string Zsh(IReadOnlyList<CommandWords> commands)
    {
        var text = new StringBuilder(
            $$"""
            #compdef elbo
            # zsh completion of elbo: file _elbo in a folder of $fpath, or "source <(elbo completions zsh)" in ~/.zshrc.
            _elbo() {
              if (( CURRENT == 2 )); then
                compadd -- {{Join(commands.Select(c => c.Name))}} --help --version
                return
              fi
              case "$words[2] $words[CURRENT-1]" in

            """
        );
        foreach (var command in commands)
        foreach (var option in command.Followed)
        {
            string pattern = string.Join('|', option.Names.Select(name => $"\"{command.Name} {name}\""));
            string action =
                option.Values.Count > 0 ? $"compadd -- {Join(option.Values)}; return"
                : option.IsPath ? "_files; return"
                : "return";
            text.Append($"    {pattern}) {action} ;;\n");
        }
        text.Append("  esac\n  if [[ $words[CURRENT] != -* ]]; then\n    case \"$words[2]\" in\n");
        foreach (var command in commands.Where(command => command.Values.Count > 0))
            text.Append($"      {command.Name}) compadd -- {Join(command.Values)}; return ;;\n");
        if (commands.Any(command => command.TakesPath))
            text.Append(
                $"      {string.Join('|', commands.Where(c => c.TakesPath).Select(c => c.Name))}) _files; return ;;\n"
            );
        text.Append("    esac\n  fi\n  case \"$words[2]\" in\n");
        foreach (var command in commands)
            text.Append($"    {command.Name}) compadd -- {Join(command.OptionNames)} ;;\n");
        text.Append(
            """
              esac
            }
            if [ "$funcstack[1]" = _elbo ]; then _elbo "$@"; else compdef _elbo elbo; fi

            """
        );
        return text.ToString();
    }

    private static string Fish(IReadOnlyList<CommandWords> commands)
    {
        var text = new StringBuilder(
            """
            # fish completion of elbo: ~/.config/fish/completions/elbo.fish
            complete -c elbo -n __fish_use_subcommand -f

            """
        );
        foreach (var command in commands)
        {
            text.Append(
                $"complete -c elbo -n __fish_use_subcommand -a {command.Name} -d {Quoted(command.Description)}\n"
            );
            string seen = $"complete -c elbo -n '__fish_seen_subcommand_from {command.Name}'";
            if (command.Values.Count > 0)
                text.Append($"{seen} -f -a '{Join(command.Values)}'\n");
            foreach (var inner in command.Subcommands.Where(inner => inner.Values.Count > 0))
                text.Append(
                    $"complete -c elbo -n '__fish_seen_subcommand_from {inner.Name}' -f -a '{Join(inner.Values)}'\n"
                );
            foreach (var option in command.Options)
            {
                string names = string.Concat(
                    option.Names.Select(name =>
                        name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}"
                    )
                );
                string values =
                    option.Values.Count > 0 ? $" -x -a '{Join(option.Values)}'"
                    : option.IsPath ? " -r -F"
                    : option.TakesValue ? " -x"
                    : "";
                text.Append($"{seen}{names}{values} -d {Quoted(option.Description)}\n");
            }
        }
        return text.ToString();
    }

    private static string Pwsh(IReadOnlyList<CommandWords> commands)
    {
        var text = new StringBuilder(
            """
            # PowerShell completion of elbo: elbo completions pwsh | Out-String | Invoke-Expression, in $PROFILE.
            Register-ArgumentCompleter -Native -CommandName elbo -ScriptBlock {
              param($word, $ast, $position)
              $values = @{

            """
        );
        foreach (var command in commands)
        foreach (var option in command.Followed.Where(option => option.Values.Count > 0))
        foreach (string name in option.Names)
            text.Append($"    '{command.Name} {name}' = '{Join(option.Values)}'\n");
        text.Append("  }\n  $options = @{\n");
        foreach (var command in commands)
            text.Append($"    '{command.Name}' = '{Join(command.Words)}'\n");
        text.Append(
            $$"""
              }
              $given = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position } |
                ForEach-Object { "$_" })
              $words = if ($given.Count -lt 2) { '{{Join(commands.Select(c => c.Name))}} --help --version' }
                elseif ($values.ContainsKey("$($given[1]) $($given[-1])")) { $values["$($given[1]) $($given[-1])"] }
                else { $options[$given[1]] }
              "$words".Split(' ') | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
              }
            }

            """
        );
        return text.ToString();
    }

    private static string Join(IEnumerable<string> words) => string.Join(' ', words);

    private static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}

/// <summary>The words that can follow the name of a command.</summary>
internal sealed class CommandWords(Command command, Command root)
{
    public string Name => command.Name;

    public string Description => command.Description ?? "";

    public IReadOnlyList<OptionWords> Options { get; } =
    [
        .. command
            .Options.Concat(root.Options.Where(option => option.Recursive))
            .Where(option => !option.Hidden)
            .Select(OptionWords.Of),
    ];

    public IReadOnlyList<CommandWords> Subcommands { get; } =
    [.. command.Subcommands.Select(inner => new CommandWords(inner, root))];

    /// <summary>Known values of the argument, and the names of sub-commands.</summary>
    public IReadOnlyList<string> Values { get; } =
    [
        .. command.Subcommands.Select(inner => inner.Name),
        .. command
            .Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty))
            .Select(c => c.Label),
    ];

    public bool TakesPath => command.Arguments.Count > 0 && Values.Count == 0;

    /// <summary>Words that require another word: options with a value, and sub-commands.</summary>
    public IEnumerable<OptionWords> Followed =>
        [
            .. Options.Where(option => option.TakesValue),
            .. Subcommands.Select(inner => new OptionWords([inner.Name], "", true, inner.TakesPath, inner.Values)),
        ];

    public IEnumerable<string> OptionNames =>
        Options.SelectMany(option => option.Names).Where(name => name.StartsWith("--", StringComparison.Ordinal));

    public IEnumerable<string> Words => [.. Values, .. OptionNames];
}

/// <summary>A word and what can follow it.</summary>
/// <param name="Names">The spellings of the word.</param>
/// <param name="Description">Description in help.</param>
/// <param name="TakesValue">Whether a value follows.</param>
/// <param name="IsPath">Whether the value is a file or a folder.</param>
/// <param name="Values">The possible values, if known.</param>
internal sealed record OptionWords(
    IReadOnlyList<string> Names,
    string Description,
    bool TakesValue,
    bool IsPath,
    IReadOnlyList<string> Values
)
{
    public static OptionWords Of(Option option)
    {
        bool takesValue = option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;
        return new OptionWords(
            [.. option.Aliases.Prepend(option.Name).Where(name => name is ['-', '-' or (>= 'a' and <= 'z'), ..])],
            option.Description ?? "",
            takesValue,
            option.HelpName is "DIR" or "FILE",
            takesValue ? [.. option.GetCompletions(CompletionContext.Empty).Select(completion => completion.Label)] : []
        );
    }
}
