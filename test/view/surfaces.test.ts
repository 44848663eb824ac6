/** One state on every surface: they count alike and say the same words. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { parseTime } from '../../src/core/time.ts';
import { plainText } from '../../src/view/line.ts';
import { rowWords } from '../../src/view/row.ts';
import { reportHtml } from '../../src/view/report-html.ts';
import { reportJunit } from '../../src/view/report-junit.ts';
import { reportTrace } from '../../src/view/report-trace.ts';
import { makeReport, reportMarkdown } from '../../src/view/report.ts';
import { collectStageRuns } from '../../src/view/stage-runs.ts';
import { statusText } from '../../src/view/status-text.ts';
import { explainWorks } from '../../src/view/why.ts';
import { drawBatch, makeBusy, statusOf, textOf } from '../dashboard/scenes.ts';
import { readXml, type Element } from '../support/xml.ts';

const { batch, pulses } = makeBusy();
const status = statusOf(batch, pulses);
const report = makeReport(batch.state, batch.now);
const collected = collectStageRuns();
for (const event of batch.events) collected.add(event);
const input = { report, runs: collected.runs(), now: batch.now };
const page = plainText(statusText({ status, schedule: null, sessions: new Map() }));
const panel = textOf(drawBatch(batch, pulses, { columns: 300, rows: 60 }));
const junit = readXml(reportJunit(report));
const html = reportHtml(input);

const inside = (element: Element, name: string): readonly Element[] =>
  element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...inside(child, name)]);

describe('status, panel, report, JUnit, HTML and trace of one state', () => {
  it('count alike', () => {
    const { counts } = status;
    assert.deepEqual(counts, { queued: 6, running: 4, completed: 1, failed: 1, skipped: 0, stopped: 0, total: 12 });
    assert.deepEqual(report.counts, counts);
    assert.match(page, /Completed: +1\n.*In Progress: +4\n.*Pending: +6\n.*Failed: +1\n.*Total: +12\n/);
    assert.match(panel, /✅ 1 completed {3}🔄 4 running {3}⏳ 6 queued {3}❌ 1 failed/);
    assert.ok(html.includes('✅ 1 completed   🔄 4 running   ⏳ 6 queued   ❌ 1 failed'));
    const { tests, failures, skipped, errors } = junit.attributes;
    assert.deepEqual([tests, failures, skipped, errors], ['12', '1', '10', '0']);
  });

  it('name each work once, with the same state and the same words', () => {
    const why = explainWorks(batch.state, batch.now, { schedulerIsAlive: true });
    const markdown = reportMarkdown(report);
    assert.equal(inside(junit, 'testcase').length, status.items.length);
    status.items.forEach((item, i) => {
      const reported = report.items[i];
      assert.deepEqual([reported?.id, reported?.state, reported?.why], [item.id, item.state, item.reason]);
      if (item.reason !== null) assert.equal(item.reason, why(i).sentence);
      const { text, mark } = rowWords(item);
      assert.match(panel, new RegExp(`${item.id.slice(0, 20)}.*${mark} ${text.replace(/[?.()]/g, '\\$&')} `, 'u'));
      const testcase = inside(junit, 'testcase').find(({ attributes }) => attributes['name'] === item.id);
      const [said] = testcase?.children ?? [];
      assert.equal(
        said?.name,
        item.state === 'completed' ? undefined : item.state === 'failed' ? 'failure' : 'skipped',
      );
      assert.equal(said?.attributes['message'], item.state === 'completed' ? undefined : (item.reason ?? item.state));
      assert.ok(markdown.includes(`| ${item.id} |`) && html.includes(`<td>${item.id}</td>`));
    });
  });

  it('the eta and the pace of status are those of the panel', () => {
    const left = /about \S+( \S+)? left/.exec(page)?.[0] ?? 'none';
    assert.ok(panel.includes(left), left);
    assert.ok(
      panel.includes(`${status.throughput_per_hour}/h`) && page.includes(`${status.throughput_per_hour} an hour`),
    );
  });
});

describe('JUnit', () => {
  it('has the elements and attributes that its readers expect, in their types', () => {
    assert.equal(junit.name, 'testsuites');
    const [suite, ...others] = junit.children;
    assert.deepEqual([suite?.name, others.length], ['testsuite', 0]);
    assert.match(suite?.attributes['timestamp'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    for (const element of [junit, suite ?? junit])
      for (const name of ['tests', 'failures', 'errors', 'skipped'])
        assert.match(element.attributes[name] ?? '', /^\d+$/);
    for (const testcase of suite?.children ?? []) {
      assert.equal(testcase.name, 'testcase');
      assert.ok(testcase.attributes['name'] && testcase.attributes['classname']);
      assert.match(testcase.attributes['time'] ?? '', /^\d+\.\d{3}$/);
      assert.ok(testcase.children.length <= 1);
    }
    const [failure] = inside(junit, 'failure');
    assert.deepEqual(
      [failure?.attributes['type'], failure?.text],
      ['wf2-spec', 'read wf0-batch logs broken, then wf0-batch retry broken'],
    );
  });
});

describe('the trace', () => {
  it('is Chrome’s JSON: every stage one complete slice on its worker’s thread, none over another', () => {
    const trace = JSON.parse(reportTrace(input)) as { readonly traceEvents: readonly Record<string, unknown>[] };
    const slices = trace.traceEvents.filter(({ ph }) => ph === 'X') as unknown as readonly {
      readonly name: string;
      readonly ts: number;
      readonly dur: number;
      readonly tid: number;
      readonly args: { readonly outcome: string };
    }[];
    assert.equal(slices.length, input.runs.length);
    const threads = trace.traceEvents.filter(({ name }) => name === 'thread_name');
    assert.deepEqual(
      threads.map(({ args }) => (args as { readonly name: string }).name),
      ['worker-1', 'worker-2', 'worker-3', 'worker-4'],
    );
    for (const { ts, dur } of slices) assert.ok(Number.isInteger(ts) && ts >= 0 && Number.isInteger(dur) && dur >= 0);
    for (const [i, slice] of slices.entries())
      for (const later of slices.slice(i + 1))
        if (later.tid === slice.tid) assert.ok(later.ts >= slice.ts + slice.dur, `${slice.name} ${later.name}`);
    const done = slices.filter(({ name }) => name.startsWith('done '));
    assert.deepEqual(
      done.map(({ name, dur, args }) => [name, dur, args.outcome]),
      [
        ['done prepare', 0, 'passed'],
        ['done wf2-spec', 377_000_000, 'passed'],
        ['done wf5-implement', 377_000_000, 'passed'],
        ['done push', 0, 'passed'],
      ],
    );
    assert.equal(parseTime(report.started_at ?? '') + (slices[0]?.ts ?? -1), input.runs[0]?.started_at);
  });
});

describe('the HTML report', () => {
  it('is one file: no script, nothing loaded from elsewhere, well formed, the schedule drawn', () => {
    assert.doesNotMatch(html, /<script|<link|<img|@import|url\(|(?:src|href)=/i);
    const body = html.slice(html.indexOf('<body>'), html.indexOf('</body>') + 7).replaceAll('<br>', '');
    const tree = readXml(body);
    assert.equal(inside(tree, 'rect').length, input.runs.length);
    const [svg] = inside(tree, 'svg');
    const [, , width = 0] = (svg?.attributes['viewBox'] ?? '').split(' ').map(Number);
    for (const { attributes } of inside(tree, 'rect'))
      assert.ok(Number(attributes['x']) >= 0 && Number(attributes['x']) + Number(attributes['width']) <= width + 1);
  });

  it('texts from outside stay texts, in every format', () => {
    const evil = '<img src=x onerror="alert(1)">&\u001b[31m\u0000]]>';
    const items = report.items.map((item) => ({
      ...item,
      title: evil,
      why: item.why === null ? null : evil,
      group: evil,
    }));
    const made = { ...input, report: { ...report, items, summary: evil } };
    assert.doesNotMatch(reportHtml(made), /<img|\u001b|\u0000/);
    const tree = readXml(reportJunit(made.report));
    const expected = '<img src=x onerror="alert(1)">&]]>';
    assert.equal(inside(tree, 'testcase')[0]?.attributes['classname'], expected);
    assert.equal(inside(tree, 'failure')[0]?.attributes['message'], expected);
    assert.equal(
      (parse(reportTrace(made)) as { readonly otherData: { readonly summary: string } }).otherData.summary,
      evil,
    );
  });
});
