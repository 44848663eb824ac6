/** Another process on the same store or lock. The first argument says what it does; tests steer it by messages. */
import fs from 'node:fs';
import path from 'node:path';
import { makeLock } from '../../../src/adapters/file-store/lock.ts';
import { makeLinuxProcesses } from '../../support/linux-processes.ts';
import { makeTestPlan, note, openTestStore } from '../../support/file-store.ts';
import { killAt } from './kill-point.ts';

const [role = '', target = '', ...rest] = process.argv.slice(2);
const tell = (message: unknown): void => void process.send?.(message);
/** Reaches the test even if the next instruction kills us. */
const writeOut = fs.writeSync;
const lock = makeLock({ folder: target, processes: makeLinuxProcesses() });

/** Takes the lock and keeps it until told to let it go. */
const hold = async (): Promise<void> => {
  const held = await lock.acquire();
  process.on('message', () => {
    const wasHeld = held.isHeld();
    void held.release().then(() => tell({ wasHeld }));
  });
  tell({ held: true });
};

/** At each message: adds one to a counter under the lock, some times over. */
const count = (): void => {
  const counter = rest[0] ?? '';
  const countTo = async (times: number): Promise<void> => {
    for (let done = 0; done < times; done += 1) {
      const held = await lock.acquire();
      const old = Number(fs.readFileSync(counter, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
      fs.writeFileSync(counter, String(old + 1));
      await held.release();
    }
    tell({ counted: times });
  };
  process.on('message', (times: number) => void countTo(times));
  tell({ ready: true });
};

/** Appends notes to the newest batch. */
const append = async (): Promise<void> => {
  const journal = await openTestStore(target).openBatch();
  for (let done = 0; done < Number(rest[0]); done += 1) {
    await journal?.transact('worker-1', () => ({ ok: true, events: [note(`${process.pid}/${done}`)] }));
  }
  await journal?.close();
  process.disconnect();
};

/** Waits for changes, and says at what time (system-wide nanoseconds) it saw which note. */
const follow = async (): Promise<void> => {
  const journal = await openTestStore(target).openBatch();
  tell({ ready: true });
  for (;;) {
    await journal?.changed({ timeoutMs: 60_000 });
    const state = await journal?.read();
    tell({ seen: state?.notes.at(-1), atNs: String(process.hrtime.bigint()) });
  }
};

/** Everything that writes, once, dying at a given change to the file system. */
const scenario = async (): Promise<void> => {
  const changes = killAt(Number(rest[0]), rest[1] === 'half');
  const acknowledge = (what: string): void => {
    changes.phase = what;
    writeOut(1, `${what}\n`);
  };
  const store = openTestStore(target);
  const journal = await store.createBatch(makeTestPlan('first'), () => true);
  if (journal === null) throw new Error('not created');
  acknowledge('created');
  const say = async (...texts: readonly string[]): Promise<void> => {
    await journal.transact('operator', () => ({ ok: true, events: texts.map(note) }));
    acknowledge(texts.join());
  };
  await say('a1', 'a2');
  await say('b');
  await journal.saveSnapshot();
  acknowledge('snapshot');
  damageLineOf('b', path.join(journal.directory, 'journal.jsonl'));
  acknowledge('damaged');
  await journal.close();
  const again = await store.openBatch();
  if (again?.damage === null) throw new Error('the damage was not seen');
  acknowledge('repaired');
  await again?.transact('operator', () => ({ ok: true, events: ['c1', 'c2', 'c3'].map(note) }));
  acknowledge('c1,c2,c3');
  await store.changeSchedule(() => ({
    version: 1,
    created_at: '',
    sources: [],
    groups: { order: [], pinned: [] },
    works: [],
  }));
  acknowledge('schedule');
  await store.appendHistory([{ seconds: 1 }, { seconds: 2 }]);
  acknowledge('history');
  if (process.env['WF_LONG'] === '1') {
    const second = await store.createBatch(makeTestPlan('second'), () => true);
    acknowledge('second');
    await second?.close();
  }
  await again?.close();
  writeOut(1, `end ${JSON.stringify(changes)}\n`);
};

/** Overwrites a line in place (uncounted), and the snapshot that would hide it. */
const damageLineOf = (text: string, file: string): void => {
  const content = fs.readFileSync(file);
  const place = content.indexOf(`"text":"${text}"`);
  const fd = fs.openSync.call(fs, file, 'r+');
  writeOut(fd, Buffer.from('#'.repeat(8)), 0, 8, place);
  fs.closeSync(fd);
  fs.rmSync(path.join(path.dirname(file), 'snapshot.json'), { force: true });
};

const roles: Readonly<Record<string, () => unknown>> = { hold, count, append, follow, scenario };
await roles[role]?.();
