/**
 * 1,000 open issues, every tenth blocked by the one before, as a schedule: requests and time of the whole command, against
 * a server of this machine that answers as GitHub's own description of its API says. The second reading asks only whether
 * anything changed.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { blockedBy, makeIssue, startGithub } from '../../test/support/github-server.ts';
import { median, project } from './ground.ts';

const count = 1000;
const isBlocked = (number: number): boolean => number % 10 === 0;

export const benchGithub = async (rounds: number): Promise<void> => {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const server = await startGithub({
    repositories: {
      'acme/widgets': numbers.map((each) => makeIssue(each, isBlocked(each) ? blockedBy(1) : blockedBy(0))),
    },
    blockedBy: Object.fromEntries(numbers.filter(isBlocked).map((each) => [each, [makeIssue(each - 1)]])),
  });
  try {
    const first: Reading[] = [];
    const again: Reading[] = [];
    for (let round = 0; round < rounds; round++) {
      const folder = mkdtempSync(join(tmpdir(), 'wf0-bench-'));
      try {
        first.push(await read(folder, server));
        again.push(await read(folder, server));
        check(folder);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    if (server.faults.length > 0) throw new Error(server.faults.slice(0, 3).join('\n'));
    console.log(`1,000 issues of GitHub, 100 of them blocked: ${words(first)}; read again ${words(again)}`);
  } finally {
    await server.close();
  }
};

interface Reading {
  readonly lists: number;
  readonly lookUps: number;
  readonly ms: number;
}

const read = async (
  folder: string,
  server: { readonly address: string; readonly asked: readonly string[] },
): Promise<Reading> => {
  const before = server.asked.length;
  const start = performance.now();
  const program = join(project, 'dist', 'run', 'bin', 'wf0-schedule.js');
  const env = { ...process.env, GITHUB_API_URL: server.address, GITHUB_TOKEN: 'bench', HOME: folder };
  // Not synchronously: the server is this process.
  await promisify(execFile)(process.execPath, [program, 'create', 'github=repo:acme/widgets'], { cwd: folder, env });
  const ms = performance.now() - start;
  const asked = server.asked.slice(before);
  const lookUps = asked.filter((each) => /\/issues\/\d+\//.test(each)).length;
  return { lists: asked.length - lookUps, lookUps, ms };
};

const check = (folder: string): void => {
  const { works } = JSON.parse(readFileSync(join(folder, '.wf', 'schedule.json'), 'utf8')) as {
    readonly works: readonly { readonly dependencies: readonly string[] }[];
  };
  const waiting = works.filter(({ dependencies }) => dependencies.length === 1).length;
  if (works.length !== count || waiting !== count / 10) throw new Error(`${works.length} works, ${waiting} wait`);
};

const words = (readings: readonly Reading[]): string => {
  const [{ lists, lookUps } = { lists: 0, lookUps: 0 }] = readings;
  return `${lists} requests for the lists and ${lookUps} look-ups in ${median(readings.map(({ ms }) => ms)).toFixed(0)} ms`;
};
