/**
 * Journals, snapshots, history and the small files of a batch's folder: whatever stands in them, opening and showing a
 * batch gives an answer or a refusal with its place, and the good lines count.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { makeFileStore } from '../../src/adapters/file-store/store.ts';
import { makeAttemptFiles } from '../../src/adapters/attempt-files/attempt-files.ts';
import { learnDurations } from '../../src/client/learnt.ts';
import { expectationsOf } from '../../src/core/durations.ts';
import { observe } from '../../src/client/observe.ts';
import type { Client } from '../../src/client/client.ts';
import { model } from '../../src/compose.ts';
import type { Event } from '../../src/core/event.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { BatchState } from '../../src/core/state.ts';
import type { Journal, Store } from '../../src/ports/store.ts';
import { parseEvent } from '../../src/protocol/event.ts';
import { parsePlan } from '../../src/protocol/plan.ts';
import { parseSchedule } from '../../src/protocol/schedule.ts';
import { endSummary } from '../../src/view/end-summary.ts';
import { eventLine } from '../../src/view/event-line.ts';
import { plainText } from '../../src/view/line.ts';
import { makeReport, reportMarkdown } from '../../src/view/report.ts';
import { makeStatus, type StatusInput } from '../../src/view/status.ts';
import { statusText } from '../../src/view/status-text.ts';
import { hostileBytes, hostileDocuments, hostileJson, hostileWholes, hunt, orRefusal } from '../support/hostile.ts';
import type { Hostile, Verdict } from '../support/hostile.ts';
import { makeLinuxProcesses } from '../support/linux-processes.ts';
import { stateTexts } from '../support/old-state.ts';
import fc from 'fast-check';

const root = mkdtempSync(join(tmpdir(), 'wf0-hostile-'));
after(() => rmSync(root, { recursive: true }));
const texts = stateTexts('0.1.0', root);
const id = (texts.get('batches/latest') ?? '').trim();
const folder = join(root, '.wf/batches', id);
const textOf = (name: string): string => texts.get(`batches/${id}/${name}`) ?? '';

const processes = { ...makeLinuxProcesses(), isAlive: () => true };
const openStore = (chosen = model): Store<BatchState> =>
  makeFileStore({ root, processes, clock: { now: Date.now }, parseEvent, parsePlan, parseSchedule, model: chosen });

/** The state as it was kept, but for one file. */
const place = (name: string, text: string): void => {
  rmSync(join(root, '.wf'), { recursive: true, force: true });
  for (const [file, kept] of [...texts, [name, text] as const]) {
    mkdirSync(dirname(join(root, '.wf', file)), { recursive: true });
    writeFileSync(join(root, '.wf', file), kept);
  }
};

/** As `status`, `report`, `why` and a follower show it. */
const show = async (journal: Journal<BatchState>): Promise<void> => {
  const client = { processes, clock: { now: Date.now }, makeFiles: makeAttemptFiles } as unknown as Client;
  showState(await observe(client, journal));
  for await (const event of journal.events(1)) eventLine(event);
};

const showState = (input: StatusInput): void => {
  const status = makeStatus(input);
  JSON.stringify(status);
  plainText(statusText({ status, schedule: null, sessions: new Map() }));
  const report = makeReport(input.state, Date.now());
  JSON.stringify(report);
  reportMarkdown(report);
  plainText(endSummary(input.state, Date.now()));
};

const openAndShow = async (): Promise<Journal<BatchState>['damage']> => {
  const journal = await openStore().openBatch();
  assert.ok(journal);
  try {
    await show(journal);
    return journal.damage;
  } finally {
    await journal.close();
  }
};

/** A line of the journal in another form, the others as they were. */
const hostileJournal = (journal: string): fc.Arbitrary<Hostile> => {
  const lines = journal.split('\n').slice(0, -1);
  const change = (at: number, { kind, text }: Hostile): Hostile => ({
    kind: `line ${kind}`,
    text: `${lines.with(at, text.replaceAll('\n', ' ')).join('\n')}\n`,
  });
  const places = fc.nat(lines.length - 1);
  return fc.oneof(
    { weight: 6, arbitrary: places.chain((at) => hostileJson([lines[at] ?? '']).map((line) => change(at, line))) },
    { weight: 2, arbitrary: hostileBytes([journal]) },
    { weight: 1, arbitrary: hostileWholes([journal]) },
    {
      weight: 1,
      arbitrary: fc
        .shuffledSubarray(lines, { minLength: 1 })
        .map((some) => ({ kind: 'lines in another order', text: `${some.join('\n')}\n` })),
    },
  );
};

test('every journal is read, mended or refused with its place, and shown', async (t) => {
  await hunt(t, {
    inputs: hostileJournal(textOf('journal.jsonl')),
    cases: 60,
    read: async ({ text }) => {
      place(`batches/${id}/journal.jsonl`, text);
      rmSync(join(folder, 'snapshot.json'), { force: true });
      let verdict: Verdict = 'accepted';
      const refused = await orRefusal(async () => {
        if ((await openAndShow()) !== null) verdict = 'refused';
        // What was mended is whole.
        const again = await openAndShow();
        assert.equal(again?.setAside ?? null, null);
      }, /journal\.jsonl/);
      return refused === 'refused' ? refused : verdict;
    },
  });
});

test('whatever events of the right shape say, the batch that they make is shown', async (t) => {
  const plan = parsePlan(textOf('plan.json'), 'plan.json');
  const lines = textOf('journal.jsonl').split('\n').slice(0, -1);
  const json = fc.constant(`[${lines.join(',')}]`).chain((list) => hostileJson([list], eventValues));
  await hunt(t, {
    inputs: json,
    cases: 600,
    read: ({ text }) => {
      const found = readJson(text);
      const events = found.flatMap((each) => parseEvent(each) ?? []).map((event, at) => ({ ...event, seq: at + 1 }));
      showEvents(plan, events);
      return events.length === found.length ? 'accepted' : 'refused';
    },
  });
});

/** Of the kinds that members of events have, at their edges. */
const eventValues = [
  ...['0', '1', '2', '999', '-0', '0.5', '1e308', '9007199254740991', '""', '"a"', '"b"', '"zz"', '"worker-9"', '[]'],
  ...['true', 'false', 'null', '"2026-11-24T17:04:41.269Z"', '"9999-12-31T23:59:59.999Z"', '"0000-01-01T00:00:00Z"'],
  ...[
    '"demo"',
    '"setup"',
    '"operator"',
    '"recovery"',
    '["a"]',
    '["b","c"]',
    '"\\u001b[2J\\u202e"',
    '{"kind":"operator"}',
  ],
];

const readJson = (text: string): readonly unknown[] => {
  try {
    const found = JSON.parse(text) as unknown;
    return Array.isArray(found) ? found : [found];
  } catch {
    return [null];
  }
};

const showEvents = (plan: Plan, events: readonly Event[]): void => {
  const state = model.evolve(model.start(plan), events);
  assert.ok(model.fromSnapshot(plan, JSON.parse(JSON.stringify(model.toSnapshot(state)))));
  const live = { schedulerIsAlive: true, deadWorkers: new Set<string>() };
  const input = { state, now: Date.now(), pulses: new Map(), events, live };
  showState(input);
  for (const event of events) eventLine(event);
};

test('every snapshot is used or passed over, and what is shown is what the journal says', async (t) => {
  place('nothing', '');
  const shown = async (): Promise<{ readonly truth: string; readonly isUsed: boolean }> => {
    let replayed = 0;
    const evolve: typeof model.evolve = (state, events) => {
      replayed += events.length;
      return model.evolve(state, events);
    };
    const journal = await openStore({ ...model, evolve }).openBatch();
    assert.ok(journal);
    await show(journal);
    const { records, workers, batch } = await journal.read();
    await journal.close();
    return { truth: JSON.stringify({ records, workers, batch }), isUsed: replayed === 0 };
  };
  rmSync(join(folder, 'snapshot.json'));
  const { truth } = await shown();
  const journal = await openStore().openBatch();
  await journal?.saveSnapshot();
  await journal?.close();
  await hunt(t, {
    inputs: hostileDocuments([readFileSync(join(folder, 'snapshot.json'), 'utf8')]),
    cases: 300,
    read: async ({ text }) => {
      writeFileSync(join(folder, 'snapshot.json'), text);
      const seen = await shown();
      assert.equal(seen.truth, truth);
      return seen.isUsed ? 'accepted' : 'refused';
    },
  });
});

test('every pulse file is shown or passed over', async (t) => {
  const pulse = JSON.stringify({
    at: Date.now() + 1e9,
    id: 'b',
    stage: 'check',
    last_output: ['one', 'two'],
    phase: 'Phase 4',
    progress: 0.5,
    pid: 12,
    question: 'Which?',
  });
  // Cut before it was stopped, so that b runs and its worker's pulse counts.
  const running = textOf('journal.jsonl').split('\n');
  const cut = running.findIndex((line) => line.includes('"stop_requested"'));
  place(`batches/${id}/journal.jsonl`, `${running.slice(0, cut).join('\n')}\n`);
  rmSync(join(folder, 'snapshot.json'));
  const worker = running
    .find((line) => line.includes('work_assigned') && line.includes('"b"'))
    ?.match(/worker-\d/)?.[0];
  const journal = await openStore().openBatch();
  assert.ok(journal);
  await hunt(t, {
    inputs: hostileDocuments([pulse]),
    cases: 600,
    read: async ({ text }) => {
      writeFileSync(join(folder, `pulse/${worker}.json`), text);
      await show(journal);
      return makeAttemptFiles(folder).readPulse(worker ?? '') === null ? 'refused' : 'accepted';
    },
  });
  await journal.close();
});

test('every history gives durations that can be planned with', async (t) => {
  place('nothing', '');
  const history = texts.get('history.jsonl') ?? '';
  const line = history.split('\n')[0] ?? '';
  await hunt(t, {
    inputs: fc.oneof(hostileDocuments([line]), hostileBytes([history])),
    cases: 600,
    read: async ({ text }) => {
      writeFileSync(join(root, '.wf/history.jsonl'), `${`${text}\n`.repeat(3)}${history}`);
      const durations = expectationsOf(await learnDurations({ store: openStore() }));
      const seconds = durations.secondsOf({ workflow: 'demo', group: 'one', estimate_seconds: null });
      assert.ok(Number.isFinite(seconds) && seconds >= 0, String(seconds));
      return seconds === 300 ? 'refused' : 'accepted';
    },
  });
});

test('whatever `latest` says, a batch of this repository is found, or none', async (t) => {
  place('nothing', '');
  await hunt(t, {
    inputs: fc.oneof(hostileBytes([`${id}\n`]), hostileWholes([`${id}\n`, '../..', '..', '/etc', '.new-x'])),
    cases: 300,
    read: async ({ text }) => {
      writeFileSync(join(root, '.wf/batches/latest'), text);
      const journal = await openStore().openBatch();
      assert.ok(journal);
      await journal.close();
      assert.ok(readdirSync(join(root, '.wf/batches')).includes(journal.batchRunId));
      return text.trim() === id ? 'accepted' : 'refused';
    },
  });
  assert.ok(readFileSync(join(folder, 'plan.json'), 'utf8').length > 0);
});
