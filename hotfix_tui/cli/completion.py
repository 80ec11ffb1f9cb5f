"""`hotfix-tui completion SHELL`: the function that a shell needs to ask for completions."""

from argparse import Namespace

BASH = r"""
# hotfix-tui completion for bash: in ~/.bashrc write  eval "$(hotfix-tui completion bash)"
_hotfix_tui() {
  local current=${COMP_WORDS[COMP_CWORD]} line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :folders) compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$current") ;;
      :files) compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current") ;;
      *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done < <("${1/#\~/$HOME}" completion words "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _hotfix_tui hotfix-tui
"""

ZSH = r"""
#compdef hotfix-tui
# hotfix-tui completion for zsh: in ~/.zshrc, after compinit, write  eval "$(hotfix-tui completion zsh)"
_hotfix_tui() {
  local line word
  local -a found
  while IFS= read -r line; do
    case $line in
      :folders) _files -/ ;;
      :files) _files ;;
      *) word=${${line%%$'\t'*}//:/\\:}
        [[ $line == *$'\t'* ]] && word+=":${line#*$'\t'}"
        found+=("$word") ;;
    esac
  done < <(${words[1]/#\~/$HOME} completion words "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#found )) && _describe -V 'hotfix-tui' found
}
if [[ $funcstack[1] == _hotfix_tui ]]; then _hotfix_tui "$@"; else compdef _hotfix_tui hotfix-tui; fi
"""

FISH = r"""
# hotfix-tui completion for fish: write it into ~/.config/fish/completions/hotfix-tui.fish
function __hotfix_tui_words
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $typed[1])
    for line in ($program completion words $typed[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':folders'
                __fish_complete_directories "$current" ''
            case ':files'
                __fish_complete_path "$current"
            case '*'
                echo $line
        end
    end
end
complete -c hotfix-tui -f -k -a '(__hotfix_tui_words)'
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def completion(options: Namespace) -> int:
    """Print the script for the shell."""
    print(SCRIPTS[options.shell].strip())
    return 0
