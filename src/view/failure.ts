/** Failures in words: what went wrong in one line, and what to do about it. */
import type { Failure } from '../core/failure.ts';
import { clip } from './clean.ts';
import { formatDuration } from './duration.ts';

/** Characters of a failure's message that are shown; the log has the rest. */
const messageLimit = 300;

/** What went wrong, in one line without control characters. */
export const describeFailure = (failure: Failure): string => {
  const what = describe(failure);
  const message = clip(failure.message, messageLimit);
  return message === '' || message === what ? what : `${what}: ${message}`;
};

const describe = (failure: Failure): string => {
  const stage = clip(failure.stage, 80);
  switch (failure.reason) {
    case 'exit':
      return `${stage} exited with ${failure.code}`;
    case 'signal':
      return `${stage} was ended by ${clip(failure.signal, 40)}`;
    case 'timeout':
      return `${stage} ran longer than ${formatDuration(failure.limit_ms)}`;
    case 'run_time':
      return `the work ran longer than ${formatDuration(failure.limit_ms)}, in ${stage}`;
    case 'idle':
      return `${stage} showed no activity for ${formatDuration(failure.limit_ms)}`;
    case 'asked':
      return `${stage} asked a question that nobody may answer`;
    case 'not_started':
      return `${stage} could not be started`;
    case 'unproven':
      return `${stage} exited with 0, but ${clip(failure.missing, 200)} is missing`;
    case 'gate':
      return `${stage} says that the work failed`;
    case 'bad_result':
      return `${stage} wrote a result file that cannot be used`;
    case 'visits':
      return `${stage} was visited ${failure.limit} times, which is its limit`;
    case 'throttled':
      return `${stage} was throttled more than ${failure.limit} times`;
    case 'lost':
      return `the worker that ran ${stage} was lost`;
    case 'setup':
      return 'the set-up of the worktree failed';
    case 'base_conflict':
      return `the dependencies conflict in ${listFiles(failure.files)}`;
    case 'base_missing':
      return 'the base is missing';
    case 'not_ours':
      return 'the branch or the worktree belongs to somebody else';
    case 'worktree':
      return 'the worktree could not be made';
    case 'push_rejected':
      return 'the push was rejected';
    case 'push_refused':
      return 'a hook, of the repository or of the remote, refused the push';
    case 'unreachable':
      return failure.stage === 'push'
        ? 'the remote could not be reached for the push'
        : 'the remote could not be reached';
  }
};

const shownFiles = 5;

const listFiles = (files: readonly string[]): string => {
  const shown = files.slice(0, shownFiles).map((file) => clip(file, 120));
  const more = files.length - shown.length;
  if (shown.length === 0) return 'some files';
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
};

/** What a person can do about it, in one sentence that names commands. */
export const adviseFailure = (failure: Failure, id: string): string => {
  const retry = `wf0-batch retry ${id}`;
  const stage = clip(failure.stage, 80);
  switch (failure.reason) {
    case 'exit':
    case 'signal':
    case 'lost':
      return `read \`wf0-batch logs ${id}\`, then \`${retry}\``;
    case 'timeout':
      return `read \`wf0-batch logs ${id}\`; raise the \`timeout\` of ${stage} in a new batch, or \`${retry}\``;
    case 'idle':
      return `read \`wf0-batch logs ${id}\`; raise the \`idle_timeout\` of ${stage} in a new batch, or \`${retry}\``;
    case 'run_time':
      return 'raise `max_run_seconds` of the work, or split it, and start a new batch';
    case 'asked':
      return `\`${retry} --answer TEXT\`, or let ${stage} wait (\`on_waiting: "wait"\`)`;
    case 'not_started':
      return `see whether its command is installed and executable, then \`${retry}\``;
    case 'unproven':
      return `look at what ${stage} did in \`wf0-batch logs ${id}\`, then \`${retry}\``;
    case 'gate':
      return `mend what ${stage} names, then \`${retry}\``;
    case 'bad_result':
      return `mend what ${stage} writes to WF_RESULT_FILE, then \`${retry}\``;
    case 'visits':
      return `read \`wf0-batch logs ${id}\`; raise \`max_visits\` of ${stage} in a new batch, or \`${retry}\``;
    case 'throttled':
      return `wait until the quota is free again, then \`${retry}\``;
    case 'setup':
      return `mend \`worktree.setup\` in .wf/config.json; its output is in \`wf0-batch logs ${id}\``;
    case 'base_conflict':
      return `merge the branches of its dependencies by hand, then \`${retry} --rerun\``;
    case 'base_missing':
      return `see \`git fetch\` and the base branch in .wf/config.json, then \`${retry}\``;
    case 'not_ours':
      return `rename or remove the branch or folder that is named, then \`${retry}\``;
    case 'worktree':
      return `run \`wf0-batch doctor\`, then \`${retry}\``;
    case 'push_rejected':
      return `look at the branch that is named; the commits are kept. When it is clear, \`${retry}\``;
    case 'push_refused':
      return `mend what the hook names, then \`${retry}\``;
    case 'unreachable':
      return `see whether \`git fetch\` works, then \`${retry}\``;
  }
};
