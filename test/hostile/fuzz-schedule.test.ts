/** Schedules and plans: read, or refused with file, line and column; what was read can be written, hashed and shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlan, planHash } from '../../src/protocol/plan.ts';
import { parseSchedule, writeSchedule } from '../../src/protocol/schedule.ts';
import { isWorkId } from '../../src/protocol/id.ts';
import { planDocument } from '../../src/view/plan-document.ts';
import { planText } from '../../src/view/plan-text.ts';
import { scheduleText } from '../../src/view/schedule-text.ts';
import { hostileDocuments, hunt, orRefusal } from '../support/hostile.ts';
import { stateTexts } from '../support/old-state.ts';

const texts = stateTexts('0.1.0', '/r');
const old = JSON.stringify({
  version: '1.0',
  created_at: '2026-01-01T00:00:00Z',
  sources: [{ type: 'local', ids: ['a', 'b'] }],
  works: { a: { title: 'A', status: 'completed', source: { type: 'local', id: 'a' } }, b: { dependencies: ['a'] } },
});
const full = JSON.stringify({
  version: 1,
  sources: [{ type: 'markdown', query: 'tasks' }],
  groups: { order: ['x'], pinned: [] },
  works: [
    { id: 'a', title: 'A', body: 'text', group: 'x', params: { n: 1, s: 'x', b: true }, labels: ['l'], uses: ['r'] },
    { id: 'b', dependencies: ['A', '#12'], conflicts: ['a'], estimate_seconds: 3, source: { type: 'local', ref: 'b' } },
  ],
});

test('every schedule is read or refused with its place, and what was read is written and shown', async (t) => {
  await hunt(t, {
    inputs: hostileDocuments([texts.get('schedule.json') ?? '', full, old]),
    cases: 600,
    read: ({ text }) =>
      orRefusal(() => {
        const schedule = parseSchedule(text, 'schedule.json');
        assert.ok(schedule.works.every(({ id }) => isWorkId(id)));
        const written = writeSchedule(schedule);
        assert.equal(writeSchedule(parseSchedule(written, 'again.json')), written);
        scheduleText(schedule, (text) => text.length);
      }, /^schedule\.json(:\d+:\d+|$)/),
  });
});

test('every plan is read or refused with its place, and what was read is hashed and shown', async (t) => {
  const plans = [...texts].flatMap(([name, text]) => (/plan\.json$|^plans\//.test(name) ? [text] : []));
  await hunt(t, {
    inputs: hostileDocuments(plans),
    cases: 600,
    read: ({ text }) =>
      orRefusal(() => {
        const plan = parsePlan(text, 'plan.json');
        planHash(plan);
        JSON.stringify(planDocument(plan));
        planText(plan);
      }, /^plan\.json(:\d+:\d+|$)/),
  });
});
