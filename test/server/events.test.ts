/** The event channel: a snapshot, then every change once and in order, whatever dies; and terminals. A busy batch, real tmux. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { events, eventsOf, expectCode, leaveNothing, sessions, status, tmux } from '../support/running-batch.ts';
import type { RunsAnswer } from '../../src/view/api.ts';
import { followRuns } from '../../src/web/data/follow-runs.ts';
import { api, everything, readEvents, serve, type Json, type Message, type Served } from '../support/serve.ts';

let line: CommandLine;
before(async () => {
  line = await makeCommandLine();
  await line.config({
    default_workflow: 'busy',
    batch: { max_parallel: 4, stop_grace: '300ms' },
    retry: { max_attempts: 1 },
    env: { BASE: line.folder },
    workflows: {
      busy: {
        worktree: false,
        stages: ['one', 'two', 'three'].map((name) => ({ name, run: 'echo $WF_STAGE; sleep 0.1' })),
      },
      gated: {
        worktree: false,
        stages: [{ name: 'gate', run: 'while [ ! -e "$BASE/gate" ]; do sleep 0.02; done' }],
      },
      asks: {
        worktree: false,
        stages: [
          {
            name: 'asks',
            run: 'echo "your name?"; read name; echo "hello $name"; while [ ! -e "$BASE/go" ]; do sleep 0.02; done',
          },
        ],
      },
    },
  });
});
after(() => leaveNothing(line));

/** What a page knows after these messages. */
const fold = (messages: readonly Message[]): Json => {
  let known: Json = null;
  for (const { event, data } of messages) {
    if (event === 'snapshot') known = structuredClone(data);
    else {
      const items = new Map<string, Json>((data.items ?? []).map((item: Json) => [item.id, item]));
      known = {
        ...known,
        ...data.batch,
        seq: data.seq,
        items: known.items.map((item: Json) => {
          const newer = items.get(item.id as string) ?? item;
          return item.id in (data.reasons ?? {}) ? { ...newer, reason: data.reasons[item.id] } : newer;
        }),
        activity: [...known.activity, ...(data.activity ?? [])],
      };
    }
  }
  return known;
};

const seqs = (messages: readonly Message[]): readonly number[] =>
  messages.flatMap(({ data }) => (data.activity ?? []).map(({ seq }: Json) => seq as number));

/** The states without what only the moment of asking decides. */
const lasting = ({ items, state, counts }: Json): Json => ({
  ...{ state, counts },
  items: items.map(({ id, state: shown, stage, attempts, ended_at, commit, reason }: Json) => ({
    id,
    shown,
    stage,
    attempts,
    ended_at,
    commit,
    reason,
  })),
});

describe('events', () => {
  it('of a busy batch: snapshot, then every change once, on two servers at once, over reconnections and a server killed with -9', async () => {
    for (let n = 1; n <= 24; n++)
      await line.task(
        `w-${String(n).padStart(2, '0')}`,
        n > 20 ? 'depends_on: [w-01]' : n < 3 ? 'workflow: gated' : '',
      );
    expectCode(await line.schedule(['create', 'md=tasks']), 0);
    let served = await serve(line);
    const other = await serve(line);
    const wishes = { selection: everything, engine: 'process', parallel: 4 };
    const { answer: plan } = await served.post('/plan', wishes);
    assert.equal((await other.post('/start', { ...wishes, plan_hash: plan.plan_hash })).status, 201);
    const steady = readEvents(other, '/latest/events');
    const parts: Message[][] = [];
    /** Reads until so much has come, and leaves in the middle. */
    const part = async (size: number): Promise<void> => {
      const last = parts.flat().at(-1);
      const reader = readEvents(served, '/latest/events', last?.id ?? null);
      await eventually('messages come', () => reader.messages.length >= size);
      reader.leave();
      parts.push([...reader.messages]);
    };
    await part(4);
    await part(3);
    await served.end('SIGKILL');
    served = await serve(line, ['--port', String(served.port)], { cookie: served.cookie });
    await part(3);
    // However long all of that took, the batch has not ended before.
    assert.equal((await status(line)).state, 'running');
    await line.write(join(line.folder, 'gate'), '');
    expectCode(await line.batch(['wait']), 0);
    const reader = readEvents(served, '/latest/events', parts.flat().at(-1)?.id ?? null);
    const last = events(line).at(-1)?.seq ?? 0;
    const hasAll = (messages: readonly Message[]): boolean => (messages.at(-1)?.id ?? 0) >= last;
    await eventually('all has come', () => hasAll(reader.messages) && hasAll(steady.messages));
    const interrupted = [...parts.flat(), ...reader.messages];

    assert.deepEqual(interrupted.map(({ event }) => event).filter((event) => event === 'snapshot').length, 1);
    const truth = await served.get<Json>('/latest/status');
    for (const messages of [interrupted, steady.messages]) {
      const ids = messages.map(({ id }) => id);
      assert.deepEqual(
        ids,
        [...ids].sort((a, b) => a - b),
        'ids never go back',
      );
      const told = seqs(messages);
      assert.equal(new Set(told).size, told.length, 'nothing comes twice');
      assert.deepEqual(
        told,
        [...told].sort((a, b) => a - b),
      );
      assert.deepEqual(lasting(fold(messages)), lasting(truth));
    }
    const steadily = seqs(steady.messages);
    assert.deepEqual(
      seqs(interrupted).filter((seq) => seq >= (steadily[0] ?? 0)),
      steadily,
      'no gap',
    );
    assert.equal(truth.counts.completed, 24);
    steady.leave();
    reader.leave();
    await Promise.all([served.end(), other.end()]);
  });

  it('what is told of stages makes of no runs at all those that are answered', async () => {
    const served = await serve(line);
    const reader = readEvents(served, '/latest/events', 0);
    await eventually('something comes', () => reader.messages.length > 0);
    const marks = reader.messages.flatMap(({ data }) => data.stages ?? []);
    const answer = await served.get<RunsAnswer>('/latest/runs');
    assert.ok(answer.runs.length >= 72, `${answer.runs.length} runs`);
    const followed = followRuns({ ...answer, seq: 0, runs: [] }).take({ since: 0, marks });
    assert.deepEqual(followed?.runs, answer.runs);
    reader.leave();
    await served.end();
  });

  it('a server that ends closes its streams; a page that asks for what never was gets a snapshot', async () => {
    const served = await serve(line);
    const reader = readEvents(served, '/latest/events', 1_000_000);
    await eventually('something comes', () => reader.messages.length > 0);
    assert.equal(reader.messages[0]?.event, 'snapshot');
    assert.equal(await served.end('SIGINT'), 130);
    await reader.ended;
  });
});

const open = async ({ host, cookie }: Served, id: string, query: string) => {
  const socket = new WebSocket(`ws://${host}${api}/latest/items/${id}/terminal?${query}`, {
    headers: { cookie, origin: `http://${host}` },
  });
  const seen = { bytes: '', words: [] as Json[] };
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) seen.bytes += data.toString('utf8');
    else seen.words.push(JSON.parse(data.toString('utf8')));
  });
  await once(socket, 'open');
  return { socket, seen, ended: once(socket, 'close') };
};

const keys = (text: string): Buffer => Buffer.from(`\0${text}`);

describe('terminals', () => {
  it('in tmux: a reader types nothing, a writer answers the stage, its size follows, typing is an event without the keys, and only its own client ends', async () => {
    await line.task('z-1', 'workflow: asks');
    expectCode(await line.schedule(['create', 'md=tasks/z-1.md']), 0);
    expectCode(await line.batch(['start']), 0);
    const served = await serve(line);
    await eventually('it asks', async () => (await status(line)).items[0]?.needs_attention !== null);
    const reading = await open(served, 'z-1', 'mode=read&columns=90&rows=25');
    await eventually('the question is shown', () => reading.seen.bytes.includes('your name?'));
    assert.deepEqual(reading.seen.words, [{ type: 'ready', message: 'read-only' }]);
    reading.socket.send(keys('reader\r'));
    const writing = await open(served, 'z-1', 'mode=write&columns=100&rows=20');
    await eventually('the question is shown', () => writing.seen.bytes.includes('your name?'));
    const size = async (): Promise<string> =>
      ((await tmux(line, 'list-windows', '-t', '=wf-batch-worker-1', '-F', '#{window_width}')) ?? '').trim();
    await eventually('the window is as wide', async () => (await size()) === '100');
    writing.socket.send(Buffer.from('\u0001{"columns":77,"rows":22}'));
    await eventually('the window follows', async () => (await size()) === '77');
    writing.socket.send(keys('wr'));
    writing.socket.send(keys('iter\r'));
    await eventually('it is answered', () => writing.seen.bytes.includes('hello writer'));
    assert.doesNotMatch(writing.seen.bytes, /reader/);
    const clients = async (): Promise<number> =>
      ((await tmux(line, 'list-clients')) ?? '').split('\n').filter(Boolean).length;
    assert.equal(await clients(), 2);
    writing.socket.close();
    reading.socket.close();
    await eventually('both clients have left', async () => (await clients()) === 0);
    assert.ok((await sessions(line)).includes('wf-batch-worker-1'));
    await eventually(
      'the typing is told',
      () => eventsOf(line, 'terminal_typed', 'z-1').reduce((sum, { bytes }) => sum + bytes, 0) === 7,
    );
    assert.doesNotMatch(JSON.stringify(eventsOf(line, 'terminal_typed')), /iter/);
    const last = await open(served, 'z-1', 'mode=read');
    await eventually('it is shown', () => last.seen.bytes.includes('hello'));
    await served.end();
    await last.ended;
    assert.equal(await clients(), 0);
    await line.write(join(line.folder, 'go'), '');
    expectCode(await line.batch(['wait']), 0);
  });

  it('on the engine process: the log as it grows, and that typing needs tmux', async () => {
    await line.task('z-2', 'workflow: asks');
    expectCode(await line.schedule(['create', 'md=tasks/z-2.md']), 0);
    const served = await serve(line);
    expectCode(await line.batch(['start', '--engine', 'process']), 0);
    await eventually('it asks', async () => (await status(line)).items[0]?.needs_attention !== null);
    const { socket, seen } = await open(served, 'z-2', 'mode=write');
    await eventually('the log is shown', () => seen.bytes.includes('your name?'));
    assert.equal(seen.words[0].type, 'refused');
    assert.match(seen.words[0].message, /typing needs tmux/);
    socket.send(keys('x\r'));
    const ended = once(socket, 'close');
    assert.equal((await served.post('/stop', { force: true })).status, 200);
    await ended;
    assert.equal(seen.words.at(-1).type, 'closed');
    assert.deepEqual(eventsOf(line, 'terminal_typed'), []);
    const nobody = await open(served, 'z-2', 'mode=read');
    await eventually('it is refused', () => nobody.seen.words.length > 0 || null);
    await served.end();
  });
});
