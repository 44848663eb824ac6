/** A program under an engine that writes down how it was started, and then stays. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeProcesses } from '../../../src/adapters/system/processes.ts';
import type { ProcessIdentity } from '../../../src/core/event.ts';
import type { SessionRequest } from '../../../src/ports/engine.ts';
import { eventually } from '../../support/eventually.ts';

/** What the recorder saw. `environment` is its whole environment as lines. */
export interface Recording {
  readonly args: readonly string[];
  readonly pid: number;
  readonly cwd: string;
  readonly environment: string;
}

/**
 * It says so on its output too, and leaves on TERM or HUP as `sleep` does. Its pid is the name of a file: a
 * program whose terminal is gone before it has it gets no HUP, and is found by that. Without its folder it ends.
 */
const RECORDER = `#!/bin/sh
out=$1; shift
: > "\${out%/*}/pid-$$" || exit 1
echo "recording to $out"
env > "$out.environment"
pwd -P > "$out.cwd"
echo $$ > "$out.pid"
printf '%s\\0' "$@" > "$out.part"
mv "$out.part" "$out.args" || exit 1
exec sleep 600
`;

/** Writes the program into a folder and gives requests that run it; each recording has a name of its own. */
export const makeRecorder = (folder: string) => {
  const program = join(folder, 'recorder');
  writeFileSync(program, RECORDER, { mode: 0o755 });
  const pathOf = (recording: string): string => join(folder, `recording-${recording}`);
  const request = (role: string, recording: string, args: readonly string[] = []): SessionRequest => ({
    role,
    argv: [program, pathOf(recording), ...args],
    cwd: folder,
    logFile: join(folder, `${role}.log`),
  });
  return { program, request, read: (recording: string) => readRecording(pathOf(recording)) };
};

export type Recorder = ReturnType<typeof makeRecorder>;

/** The programs that live of those that were started in a world's folder. */
export const livingRecorders = (folder: string): readonly ProcessIdentity[] =>
  readdirSync(folder).flatMap((name) => {
    const pid = /^pid-(\d+)$/.exec(name)?.[1];
    return pid === undefined ? [] : (makeProcesses().identify(Number(pid)) ?? []);
  });

const readRecording = (path: string): Promise<Recording> =>
  eventually(`${path} is recorded`, () => {
    try {
      return {
        args: readFileSync(`${path}.args`, 'utf8').split('\0').slice(0, -1),
        pid: Number(readFileSync(`${path}.pid`, 'utf8')),
        cwd: readFileSync(`${path}.cwd`, 'utf8').trimEnd(),
        environment: readFileSync(`${path}.environment`, 'utf8'),
      };
    } catch {
      return null;
    }
  });
