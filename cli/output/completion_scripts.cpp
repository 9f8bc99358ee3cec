// SPDX-License-Identifier: Apache-2.0
#include "cli/output/completion_scripts.hpp"

namespace muster::cli {

// clang-format off: these are programs in other languages

std::string_view bash_completion() noexcept
{
  // bash gives "service=nginx" as three words. compgen -W would expand what the fleet says: it is not used.
  return R"script(# bash completion of mco: source <(mco completion bash)
_mco_list() {
  command mco completion "$@" 2>/dev/null
}

# The lines of standard input that begin with $1, each with $2 behind it.
_mco_offer() {
  local line
  while IFS= read -r line; do
    [[ $line == "$1"* ]] && COMPREPLY+=("$line$2")
  done
}

_mco() {
  local current=${COMP_WORDS[COMP_CWORD]} application=${COMP_WORDS[1]} first=2 options commands word i
  local -a plain=()
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _mco_offer "$current" "" < <(_mco_list --list-applications)
    return
  fi
  commands=$(_mco_list --list-applications --application "$application")
  if [[ -n $commands ]]; then
    if ((COMP_CWORD == 2)); then
      _mco_offer "$current" "" <<<"$commands"
      return
    fi
    application="$application ${COMP_WORDS[2]}"
    first=3
  fi
  options=$(_mco_list --list-options --application "$application")
  for ((i = first; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == "=" ]]; then
      ((i++))
    elif [[ $word == -* ]]; then
      [[ $'\n'$options$'\n' == *$'\n'"$word="$'\n'* && ${COMP_WORDS[i + 1]} != "=" ]] && ((i++))
    else
      plain+=("$word")
    fi
  done
  if ((i > COMP_CWORD)) || [[ $current == "=" ]]; then
    return
  fi
  if [[ $current == -* ]]; then
    _mco_offer "$current" "" <<<"${options//=/}"
    return
  fi
  case "$application:${#plain[@]}" in
    rpc:0 | "plugin doc:0") _mco_offer "$current" "" < <(_mco_list --list-agents) ;;
    rpc:1) _mco_offer "$current" "" < <(_mco_list --list-actions --agent "${plain[0]}") ;;
    rpc:*)
      compopt -o nospace 2>/dev/null
      _mco_offer "$current" "=" < <(_mco_list --list-inputs --agent "${plain[0]}" --action "${plain[1]}")
      ;;
    package:* | service:*) _mco_offer "$current" "" < <(_mco_list --list-actions --agent "$application") ;;
    puppet:0) _mco_offer "$current" "" < <(_mco_list --list-actions --agent puppet; printf '%s\n' count runall summary) ;;
    help:0) _mco_offer "$current" "" < <(_mco_list --list-applications) ;;
    completion:0) _mco_offer "$current" "" <<<$'bash\nzsh' ;;
  esac
}

complete -o default -F _mco mco
)script";
}

std::string_view zsh_completion() noexcept
{
  return R"script(#compdef mco
# zsh completion of mco: source <(mco completion zsh)
_mco_list() {
  command mco completion "$@" 2>/dev/null
}

# Offers the lines that mco prints.
_mco_offer() {
  local -a found
  found=(${(f)"$(_mco_list "$@")"})
  (( ${#found} )) && compadd -a found
}

_mco() {
  local application=${words[2]} first=3 word i
  local -a plain below known inputs
  if [[ $CURRENT -eq 2 ]]; then
    _mco_offer --list-applications
    return
  fi
  below=(${(f)"$(_mco_list --list-applications --application "$application")"})
  if [[ ${#below} -gt 0 ]]; then
    if [[ $CURRENT -eq 3 ]]; then
      compadd -a below
      return
    fi
    application="$application ${words[3]}"
    first=4
  fi
  known=(${(f)"$(_mco_list --list-options --application "$application")"})
  for ((i = first; i < CURRENT; i++)); do
    word=${words[i]}
    if [[ $word == -* ]]; then
      [[ ${known[(Ie)$word=]} -gt 0 ]] && i=$((i + 1))
    else
      plain+=("$word")
    fi
  done
  if [[ $i -gt $CURRENT ]]; then
    _files
    return
  fi
  if [[ ${words[CURRENT]} == -* ]]; then
    compadd -- ${known%=}
    return
  fi
  case "$application:${#plain}" in
    rpc:0 | "plugin doc:0") _mco_offer --list-agents ;;
    rpc:1) _mco_offer --list-actions --agent "${plain[1]}" ;;
    rpc:*)
      inputs=(${(f)"$(_mco_list --list-inputs --agent "${plain[1]}" --action "${plain[2]}")"})
      (( ${#inputs} )) && compadd -S = -a inputs
      ;;
    package:* | service:*) _mco_offer --list-actions --agent "$application" ;;
    puppet:0)
      known=(count runall summary ${(f)"$(_mco_list --list-actions --agent puppet)"})
      compadd -a known
      ;;
    help:0) _mco_offer --list-applications ;;
    completion:0) compadd bash zsh ;;
    *) _files ;;
  esac
}

if (( ! ${+functions[compdef]} )); then
  autoload -U compinit && compinit
fi
compdef _mco mco
)script";
}

// clang-format on

}  // namespace muster::cli
