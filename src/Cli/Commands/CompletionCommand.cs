using System.CommandLine;

namespace Strata.Cli;

/// <summary>Scripts that let a shell ask the program itself: its <c>[suggest]</c> directive knows every command and option.</summary>
internal sealed class CompletionCommand : StrataCommand
{
    private const string Bash = """
        _strata() {
          local line="${COMP_LINE}" IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${line}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _strata strata ./strata
        """;

    private const string Zsh = """
        #compdef strata
        _strata() {
          local -a completions
          completions=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          compadd -a completions
          _files
        }
        compdef _strata strata
        """;

    private readonly Argument<string> _shell = ChoiceOption.Argument("SHELL", "bash", "zsh");

    public CompletionCommand(CommandParts parts)
        : base(parts, "completion", "Print a completion script for a shell", "completion bash >> ~/.bashrc")
    {
        Arguments.Add(_shell);
    }

    protected override bool AnswersInJson => false;

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await context.Terminal.Out.WriteLineAsync((context.Value(_shell) == "zsh" ? Zsh : Bash).AsMemory(), cancellationToken);
        return ExitCodes.Done;
    }
}
