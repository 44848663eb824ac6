/** Completion scripts from the words of both programs. */

/** What completes after one verb. */
export interface Words {
  readonly verb: string;
  readonly summary: string;
  readonly flags: readonly string[];
  readonly subcommands: readonly { readonly name: string; readonly flags: readonly string[] }[];
  /** Whether ids of works may follow. */
  readonly takesIds: boolean;
}

export type Programs = Readonly<Record<string, readonly Words[]>>;

const ids = 'wf0-batch completion ids 2>/dev/null';

const functionName = (program: string): string => `_${program.replace('-', '_')}`;

/** For bash 4 and later. */
export const bashScript = (programs: Programs): string =>
  Object.entries(programs)
    .map(
      ([program, verbs]) => `${functionName(program)}() {
  local word=\${COMP_WORDS[COMP_CWORD]} flags= words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.map(({ verb }) => verb).join(' ')} help --help --version" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${verbs.map(bashCase).join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
}
complete -o default -F ${functionName(program)} ${program}`,
    )
    .join('\n\n');

const bashCase = ({ verb, flags, subcommands, takesIds }: Words): string => {
  const all = [...new Set([...flags, ...subcommands.flatMap((each) => each.flags)])];
  const words = takesIds ? `$(${ids})` : subcommands.map(({ name }) => name).join(' ');
  return `    ${verb}) flags="${all.join(' ')}"${words === '' ? '' : ` words="${words}"`} ;;`;
};

/** For zsh with compinit. */
export const zshScript = (programs: Programs): string =>
  Object.entries(programs)
    .map(
      ([program, verbs]) => `${functionName(program)}() {
  if (( CURRENT == 2 )); then
    local -a verbs=(
${verbs.map(({ verb, summary }) => `      '${verb}:${quoteZsh(summary)}'`).join('\n')}
    )
    _describe command verbs
    return
  fi
  case "\${words[2]}" in
${verbs.map(zshCase).join('\n')}
  esac
  [[ "$PREFIX" == -* ]] || _files
}
compdef ${functionName(program)} ${program}`,
    )
    .join('\n\n');

const zshCase = ({ verb, flags, subcommands, takesIds }: Words): string => {
  const all = [...new Set([...flags, ...subcommands.flatMap((each) => each.flags)])];
  const words = takesIds
    ? `; compadd -- \${(f)"$(${ids})"}; return`
    : subcommands.length > 0
      ? `; compadd -- ${subcommands.map(({ name }) => name).join(' ')}`
      : '';
  return `    ${verb}) [[ "$PREFIX" == -* ]] && compadd -- ${all.join(' ')}${words} ;;`;
};

const quoteZsh = (text: string): string => text.replaceAll("'", "'\\''").replaceAll(':', '\\:');

/** For fish 3 and later. */
export const fishScript = (programs: Programs): string =>
  Object.entries(programs)
    .flatMap(([program, verbs]) => verbs.flatMap((words) => fishLines(program, words)))
    .join('\n');

const fishLines = (program: string, { verb, summary, flags, subcommands, takesIds }: Words): readonly string[] => {
  const isVerb = `-n '__fish_seen_subcommand_from ${verb}'`;
  const all = [...new Set([...flags, ...subcommands.flatMap((each) => each.flags)])];
  return [
    `complete -c ${program} -n __fish_use_subcommand -f -a ${verb} -d '${summary.replaceAll("'", "\\'")}'`,
    ...all.map((flag) => `complete -c ${program} ${isVerb} -l ${flag.replace(/^--/, '')}`),
    ...subcommands.map(({ name }) => `complete -c ${program} ${isVerb} -f -a ${name}`),
    ...(takesIds ? [`complete -c ${program} ${isVerb} -f -a '(${ids})'`] : []),
  ];
};
