/** A batch from selection to end through the API alone, and every control of it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { expectCode, leaveNothing } from '../support/running-batch.ts';
import { api, everything, serve, type Json, type Served } from '../support/serve.ts';

let line: CommandLine;
let served: Served;
const told = (name: string): string => join(line.folder, name);
const letGo = (id: string): Promise<unknown> => line.write(told(`go-${id}`), '');
const hold = 'while [ ! -e "$BASE/go-$WF_WORK_ID" ]; do sleep 0.02; done';

before(async () => {
  line = await makeCommandLine();
  await line.config({
    default_workflow: 'hold',
    batch: { stop_grace: '300ms', confirm_above: 4 },
    retry: { max_attempts: 1 },
    env: { BASE: line.folder },
    workflows: {
      hold: {
        worktree: false,
        stages: [
          { name: 'first', run: 'echo here' },
          { name: 'hold', run: hold },
        ],
      },
      fails: { worktree: false, stages: [{ name: 'fails', run: 'echo no; test -e "$BASE/mended"' }] },
      needs: { worktree: false, stages: [{ name: 'calls', run: ['no-such-agent', '$SOME_API_KEY'] }] },
    },
  });
  const groups = { 'a-1': 'red', 'a-2': 'red', 'b-1': 'blue', 'b-2': 'blue', 'c-1': 'green', 'c-2': 'green' };
  for (const [id, group] of Object.entries(groups)) await line.task(id, `group: ${group}`, `Title of ${id}`);
  expectCode(await line.schedule(['create', 'md=tasks']), 0);
  served = await serve(line);
});
after(async () => {
  await served.end();
  await leaveNothing(line);
});

const chosen = (...ids: readonly string[]) => ({ base: 'none', rules: [], exceptions: ids }) as const;
const status = (): Promise<Json> => served.get<Json>('/latest/status');
const stateOf = async (id: string): Promise<string> =>
  (await served.get<Json>(`/latest/items/${id}`)).item.state as string;
const running = (id: string): Promise<unknown> =>
  eventually(`${id} holds`, async () => (await served.get<Json>(`/latest/items/${id}`)).item.stage === 'hold');

/** Of the document, for JSON answers: validated as they come. */
const judge = async (): Promise<(name: string, answer: unknown) => void> => {
  const document = JSON.parse(
    (await served.raw('/api/v1/openapi.json', { headers: { cookie: served.cookie } })).text,
  ) as Json;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', ...document });
  return (name, answer) => {
    const isValid = ajv.validate({ $ref: `api#/components/schemas/${name}` }, answer);
    assert.ok(isValid, `${name}: ${ajv.errorsText(ajv.errors)}`);
  };
};

describe('planning', () => {
  it('a selection as filter and exceptions is planned in the wished order of groups, with totals and guards; nothing is written', async () => {
    const selection = {
      base: 'none',
      rules: [
        { set: 'include', filter: { groups: ['red', 'blue'] } },
        { set: 'exclude', filter: { text: 'a-2' } },
      ],
      exceptions: ['c-1', 'b-2'],
    };
    const { status: code, answer } = await served.post('/plan', {
      selection,
      group_order: ['green', 'blue'],
      parallel: 2,
    });
    assert.equal(code, 200);
    assert.deepEqual(
      answer.items.map(({ id }: Json) => id),
      ['c-1', 'b-1', 'a-1'],
    );
    assert.deepEqual(answer.totals, {
      ...{ selected: 3, works: 3, jobs: 6 },
      groups: ['green', 'blue', 'red'].map((group) => ({ group, works: 1 })),
    });
    assert.deepEqual(answer.guards, {
      ...{ is_empty: false, confirm_above: 4, needs_confirmation: false, needs_trust: false, unfinished_batch: null },
    });
    assert.equal(existsSync(join(line.project, '.wf/batches')), false);
    assert.equal(existsSync(join(line.project, '.wf/plans')), false);
  });

  it('an empty selection is an empty plan that cannot start', async () => {
    const { answer } = await served.post('/plan', { selection: chosen() });
    assert.deepEqual([answer.guards.is_empty, answer.items], [true, []]);
    const start = await served.post('/start', { selection: chosen(), plan_hash: answer.plan_hash });
    assert.deepEqual([start.status, start.answer.error.what], [409, 'the plan is empty']);
  });

  it('a program and a key that the workflow names and nobody has are told', async () => {
    const { answer } = await served.post('/plan', { selection: chosen('a-1'), workflow: 'needs' });
    assert.deepEqual(
      answer.missing.map(({ kind, name, needed_by }: Json) => [kind, name, needed_by]),
      [
        ['program', 'no-such-agent', 'workflow needs, stage calls'],
        ['variable', 'SOME_API_KEY', 'workflow needs, stage calls'],
      ],
    );
  });

  it('plans are saved, listed, loaded as a selection, cloned and removed', async () => {
    const selection = { base: 'all', rules: [{ set: 'exclude', filter: { groups: ['green'] } }], exceptions: [] };
    const request = { selection, pinned: ['blue'], save_as: 'nightly' };
    assert.equal((await served.post('/plan', request)).answer.name, 'nightly');
    assert.equal((await served.post('/plan', request)).status, 409);
    assert.equal((await served.post('/plan', { ...request, replace: true })).status, 200);
    const saved = await served.get<Json>('/plans/nightly');
    assert.deepEqual([...saved.selection.exceptions].sort(), ['a-1', 'a-2', 'b-1', 'b-2']);
    assert.deepEqual(saved.pinned, ['blue']);
    assert.equal((await served.post('/plans/nightly/clone', { name: 'copy' })).status, 201);
    assert.equal((await served.post('/plans/nightly/clone', { name: 'copy' })).status, 409);
    const gone = await served.raw(`${api}/plans/nightly`, { method: 'DELETE', headers: { cookie: served.cookie } });
    assert.equal(gone.status, 204);
    assert.deepEqual(
      (await served.get<Json>('/plans')).plans.map(({ name }: Json) => name),
      ['copy'],
    );
    const again = await served.post('/plan', { selection: saved.selection, pinned: saved.pinned });
    assert.equal(again.answer.plan_hash, saved.plan_hash);
  });

  it('a start whose plan is another than the one looked at is refused with the difference', async () => {
    const { answer } = await served.post('/plan', { selection: chosen('a-1', 'a-2') });
    const other = await served.post('/start', { selection: chosen('a-1', 'b-1'), plan_hash: answer.plan_hash });
    assert.equal(other.status, 409);
    assert.deepEqual(other.answer.error.difference, ['b-1 is new', 'a-2 is not in it any more']);
    expectCode(await line.schedule(['edit', 'a-2', 'title=Title of a-2, renamed']), 0);
    const edited = await served.post('/start', { selection: chosen('a-1', 'a-2'), plan_hash: answer.plan_hash });
    assert.deepEqual([edited.status, edited.answer.error.difference], [409, ['a-2: other title, content_hash']]);
    assert.equal((await served.get<Json>('/latest')).batch_run_id, null);
  });

  it('a selection may leave out what it does not use, but not what it begins with', async () => {
    const hashOf = async (body: object): Promise<string> =>
      (await served.post('/plan', body)).answer.plan_hash as string;
    const all = await hashOf({ selection: everything });
    assert.match(all, /^[0-9a-f]{64}$/);
    assert.equal(await hashOf({ selection: { base: 'all' } }), all);
    assert.equal(
      await hashOf({ selection: { base: 'none', exceptions: ['a-1'] } }),
      await hashOf({ selection: chosen('a-1') }),
    );
    const { status: code, answer } = await served.post('/plan', {});
    assert.deepEqual([code, answer.error.issues[0].path], [422, 'selection']);
  });

  it('a request that says nothing needs no header but the cookie', async () => {
    const { status: code, text } = await served.raw(`${api}/pause`, {
      method: 'POST',
      headers: { cookie: served.cookie },
    });
    assert.deepEqual([code, (JSON.parse(text) as Json).error.what], [409, 'there is no batch here']);
  });

  it('durations that were learnt since a plan was looked at do not make it another', async () => {
    const { answer } = await served.post('/plan', { selection: everything });
    const past = {
      version: 1,
      id: 'a-1',
      workflow: 'hold',
      group: 'red',
      duration_ms: 60_000,
      stages_ms: { hold: 50_000 },
    };
    await line.write(join(line.project, '.wf/history.jsonl'), `${JSON.stringify(past)}\n`);
    const started = await served.post('/start', { selection: everything, plan_hash: answer.plan_hash });
    assert.deepEqual([started.status, started.answer.error.where], [422, 'confirm']);
    assert.notEqual((await served.post('/plan', { selection: everything })).answer.plan_hash, answer.plan_hash);
  });

  it('more works than confirm_above want their number typed', async () => {
    const { answer } = await served.post('/plan', { selection: everything });
    assert.equal(answer.guards.needs_confirmation, true);
    const request = { selection: everything, plan_hash: answer.plan_hash };
    const missing = await served.post('/start', request);
    assert.deepEqual(
      [missing.status, missing.answer.error.issues],
      [422, [{ path: 'confirm', message: '6 is expected' }]],
    );
    assert.equal((await served.post('/start', { ...request, confirm: 5 })).status, 422);
    assert.equal((await served.get<Json>('/latest')).batch_run_id, null);
  });
});

describe('a batch', () => {
  it('starts, runs, takes every control and ends, through the API alone; the first that run are the first of the preview', async () => {
    const selection = chosen('a-1', 'a-2', 'b-1', 'b-2');
    const wishes = { selection, group_order: ['blue', 'red'], parallel: 2, engine: 'process' };
    const { answer: plan } = await served.post('/plan', wishes);
    const started = await served.post('/start', { ...wishes, plan_hash: plan.plan_hash });
    assert.equal(started.status, 201, JSON.stringify(started.answer));
    assert.equal(started.answer.plan_hash, plan.plan_hash);
    const id = started.answer.batch_run_id as string;
    await running('b-1');
    await running('b-2');
    assert.deepEqual(
      (await status()).items.filter(({ state }: Json) => state === 'running').map((each: Json) => each.id),
      plan.items.slice(0, 2).map((each: Json) => each.id),
    );
    assert.equal((await served.post('/start', { ...wishes, plan_hash: plan.plan_hash })).status, 409);

    assert.equal((await served.post('/skip', { ids: ['b-1'] })).status, 409);
    assert.equal((await served.post('/remove', { ids: ['b-1'] })).status, 409);
    assert.equal((await served.post('/retry', { ids: ['b-1'] })).status, 409);
    assert.equal((await served.post('/add', { ids: ['a-1'] })).status, 409);
    assert.equal((await served.post('/add', { ids: ['nope'] })).status, 404);
    assert.equal((await served.post('/stop', { ids: ['nope'] })).status, 404);
    assert.equal((await served.post('/pause', { batch_run_id: '20200101-000000-aaaaaa' })).status, 404);

    assert.equal((await served.post('/pause', { batch_run_id: id })).answer.state, 'paused');
    assert.equal((await served.post('/pause', {})).status, 200);
    await letGo('b-1');
    await eventually('b-1 is done', async () => (await stateOf('b-1')) === 'completed');
    assert.equal((await status()).counts.queued, 2);
    assert.equal((await served.post('/add', { ids: ['c-1', 'c-2'] })).answer.counts.total, 6);
    assert.equal((await served.post('/remove', { ids: ['c-2'] })).answer.counts.total, 5);
    assert.equal((await served.post('/skip', { ids: ['c-1'], satisfied: true })).answer.counts.skipped, 1);
    assert.equal((await served.post('/resume', {})).answer.state, 'running');
    await running('a-1');

    assert.equal((await served.post('/stop', { ids: ['a-1'] })).answer.counts.stopped, 1);
    const stopped = await served.post('/stop', { batch_run_id: id });
    assert.deepEqual([stopped.status, stopped.answer.state], [200, 'stopped']);
    assert.equal((await served.post('/pause', {})).status, 409);
    assert.equal((await served.post('/resume', { parallel: 3 })).answer.state, 'running');
    const forced = await served.post('/stop', { force: true });
    assert.equal(forced.answer.state, 'stopped');
    assert.equal(await stateOf('b-1'), 'completed');
    await Promise.all(['a-1', 'a-2', 'b-2'].map(letGo));
    assert.equal((await served.post('/resume', {})).status, 200);
    await eventually('it has ended', async () => (await status()).state === 'completed');
    assert.deepEqual((await status()).counts, {
      ...{ queued: 0, running: 0, completed: 4, failed: 0, skipped: 1, stopped: 0, total: 5 },
    });
    assert.equal((await served.post('/retry', { ids: ['b-1'], rerun: true, from: 'nope' })).status, 409);
  });

  it('a drained stop is answered at once and lets what runs finish', async () => {
    const wishes = { selection: chosen('c-1', 'c-2'), parallel: 1, engine: 'process' };
    const { answer: plan } = await served.post('/plan', wishes);
    assert.equal((await served.post('/start', { ...wishes, plan_hash: plan.plan_hash })).status, 201);
    await running('c-1');
    assert.equal((await served.post('/stop', { drain: true, force: true })).status, 422);
    assert.equal((await served.post('/stop', { drain: true })).answer.state, 'stopping');
    await letGo('c-1');
    await eventually('it is drained', async () => (await status()).state === 'stopped');
    assert.deepEqual([await stateOf('c-1'), await stateOf('c-2')], ['completed', 'queued']);
  });

  it('one that is not the newest cannot be changed; each can be read, and its plan loaded again', async () => {
    const { batches } = await served.get<Json>('');
    assert.equal(batches.length, 2);
    const older = batches[1].batch_run_id as string;
    assert.equal((await served.post('/resume', { batch_run_id: older })).status, 409);
    assert.equal((await served.get<Json>(`/${older}/status`)).counts.completed, 4);
    const plan = await served.get<Json>(`/${older}/plan`);
    assert.deepEqual([...plan.selection.exceptions].sort(), ['a-1', 'a-2', 'b-1', 'b-2']);
    assert.deepEqual(plan.group_order, ['blue', 'red']);
  });

  it('the catalogue tells what became last of each work, and its tag saves sending it again', async () => {
    const ask = (tag?: string) =>
      served.raw(`${api}/catalogue`, {
        headers: { cookie: served.cookie, ...(tag === undefined ? {} : { 'if-none-match': tag }) },
      });
    const first = await ask();
    const { works } = JSON.parse(first.text) as Json;
    assert.deepEqual(
      works.map(({ id, last }: Json) => [id, last?.state]),
      [
        ['a-1', 'completed'],
        ['a-2', 'completed'],
        ['b-1', 'completed'],
        ['b-2', 'completed'],
        ['c-1', 'completed'],
        ['c-2', 'queued'],
      ],
    );
    assert.equal((await ask(first.headers.etag)).status, 304);
    expectCode(await line.schedule(['edit', 'c-2', 'priority=1']), 0);
    assert.equal((await ask(first.headers.etag)).status, 200);
  });
});

describe('the description of the API', () => {
  it('holds every route under both prefixes, and real answers are as it says', async () => {
    const valid = await judge();
    const answers: readonly (readonly [string, string])[] = [
      ...([
        ['', 'BatchListAnswer'],
        ['/latest', 'LatestAnswer'],
        ['/catalogue', 'CatalogueAnswer'],
      ] as const),
      ...([
        ['/plans', 'PlanListAnswer'],
        ['/plans/copy', 'SavedPlanAnswer'],
        ['/latest/plan', 'SavedPlanAnswer'],
      ] as const),
      ...([
        ['/latest/status', 'StatusAnswer'],
        ['/latest/items', 'ItemsAnswer'],
        ['/latest/runs', 'RunsAnswer'],
      ] as const),
      ...([
        ['/latest/report', 'ReportAnswer'],
        ['/latest/items/c-1', 'ItemAnswer'],
      ] as const),
      ['/latest/items/c-1/logs', 'LogListAnswer'],
    ];
    for (const [path, name] of answers)
      for (const prefix of [api, '/api/v1/indexlab/batch']) {
        const { status: code, text } = await served.raw(`${prefix}${path}`, { headers: { cookie: served.cookie } });
        assert.equal(code, 200, path);
        valid(name, JSON.parse(text));
      }
    valid('PlanAnswer', (await served.post('/plan', { selection: everything, rerun: true })).answer);
    valid('ErrorAnswer', (await served.post('/plan', {})).answer);
    valid('ControlAnswer', (await served.post('/stop', {})).answer);
    const document = JSON.parse(
      (await served.raw('/api/v1/openapi.json', { headers: { cookie: served.cookie } })).text,
    ) as Json;
    assert.equal(document.openapi, '3.1.0');
    const paths = Object.keys(document.paths as object);
    const below = (prefix: string): readonly string[] =>
      paths
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length))
        .sort();
    assert.deepEqual(below('/api/v1/indexlab/batch'), below(api));
    const source = ['batches', 'plan', 'control', 'plans', 'watch', 'items', 'around'].map((name) =>
      readFileSync(
        new URL(
          `../../${import.meta.url.includes('/dist/') ? '../' : ''}src/server/routes/${name}.ts`,
          import.meta.url,
        ),
        'utf8',
      ),
    );
    const written = source.flatMap((text) =>
      [...text.matchAll(/(?:path: |scope, )'(\/[^']*)'/g)].map(([, path]) => path ?? ''),
    );
    assert.ok(written.length > 20);
    for (const path of written)
      if (path !== '/api/v1/openapi.json')
        assert.ok(paths.includes(`${api}${path === '/' ? '' : path.replaceAll(/:(\w+)/g, '{$1}')}`), path);
  });

  it('metrics are lines that Prometheus reads, with the counts of the batch', async () => {
    const { text, headers } = await served.raw('/metrics', { headers: { cookie: served.cookie } });
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    for (const each of text.trim().split('\n'))
      assert.match(
        each,
        /^(# (HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?\d+(\.\d+)?)$/,
      );
    assert.match(text, /^wf0_works\{state="completed"\} 1$/m);
    assert.match(text, /^wf0_works\{state="queued"\} 1$/m);
  });
});

describe('without anything', () => {
  it('outside a repository, with neither schedule nor batch, it answers, and makes no file', async () => {
    const folder = join(line.folder, 'empty');
    await line.write(folder, 'note.txt', 'nothing');
    const bare = await serve({ ...line, begin: (args, options) => line.begin(args, { ...options, cwd: folder }) });
    assert.equal((await bare.get<Json>('/latest')).batch_run_id, null);
    assert.deepEqual((await bare.get<Json>('/catalogue')).works, []);
    assert.equal((await bare.raw(`${api}/latest/status`, { headers: { cookie: bare.cookie } })).status, 404);
    assert.equal((await bare.post('/plan', { selection: everything })).status, 409);
    assert.equal((await bare.post('/pause', {})).status, 409);
    assert.equal(existsSync(join(folder, '.wf')), false);
    await bare.end();
  });
});
