import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeLineReader } from '../../src/protocol/output/readers.ts';
import { makeOutputTail, type OutputTail } from '../../src/worker/output.ts';

const tailOf = (parser: string | null, ...pieces: readonly (string | Buffer)[]): OutputTail => {
  const tail = makeOutputTail(makeLineReader(parser));
  for (const piece of pieces) tail.push(Buffer.from(piece));
  return tail;
};
const events = (...list: readonly object[]): string => list.map((each) => `${JSON.stringify(each)}\r\n`).join('');

describe('output for people', () => {
  test('a line ═══ Phase 4: Panel ═══ is the phase until the next one', () => {
    const tail = tailOf(
      null,
      '═══ Phase 3: Draft ═══\r\nworking\r\n',
      '\u001b[1m═══ Phase 4: Panel ═══\u001b[0m\r\nmore\r\n',
    );
    assert.equal(tail.phase(), 'Phase 4: Panel');
    assert.deepEqual(tail.lines().at(-1), 'more');
    assert.equal(tailOf(null, 'Phase 4: Panel\r\n=== RUN TestX\r\n').phase(), null);
  });

  test('a ✅ line of success is shown as the phase; a ❌ line explains a failure, the newest one', () => {
    assert.equal(tailOf(null, '✅ Review Approved\r\n').phase(), '✅ Review Approved');
    const tail = tailOf(null, '❌ Build Failed: a\r\n❌ Deploy Error: no key\r\ncleaning up\r\n');
    assert.deepEqual([tail.errorLine(), tail.lastLine()], ['❌ Deploy Error: no key', 'cleaning up']);
    assert.equal(tailOf(null, 'tests\r\n❌ 3 skipped\r\n').errorLine(), '❌ 3 skipped');
  });

  test('OSC 9;4 is the progress, also when it comes in two pieces, and goes when it is taken back', () => {
    assert.equal(tailOf(null, 'a\u001b]9;4;1;40\u0007b').progress(), 0.4);
    assert.equal(tailOf(null, 'a\u001b]9;4;1;', '75\u001b\\b').progress(), 0.75);
    assert.equal(tailOf(null, '\u001b]9;4;1;40\u0007', '\u001b]9;4;0;\u0007').progress(), null);
    assert.equal(tailOf(null, '\u001b]9;4;1;400\u0007').progress(), 1);
    assert.deepEqual(tailOf(null, '\u001b]9;4;1;40\u0007done\r\n').lines(), ['done']);
  });

  test('half a character waits for its other half; what a carriage return overwrote is not seen', () => {
    const bytes = Buffer.from('grün\r\n');
    assert.deepEqual(tailOf(null, bytes.subarray(0, 3), bytes.subarray(3)).lines(), ['grün']);
    assert.deepEqual(tailOf(null, '10 %\r90 %\r\n').lines(), ['90 %']);
  });

  test('has its secrets masked before a line is cut, also in a line that is not ended', () => {
    const secret = 'abcdefgh12345678';
    const tail = makeOutputTail(makeLineReader(null), (text) => text.replaceAll(secret, '***'));
    tail.push(Buffer.from(`${'x'.repeat(995)}${secret}\n`));
    assert.deepEqual(tail.lines(), [`${'x'.repeat(995)}***`]);
    tail.push(Buffer.from(`${secret}${'y'.repeat(990)}`));
    assert.doesNotMatch(tail.lastLine(), /5678|abcd/);
  });

  test('of a flood the newest lines are kept', () => {
    const flood = Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join('');
    const lines = tailOf(null, flood, flood).lines();
    assert.deepEqual([lines.length, lines.at(-1)], [20, 'line 4999']);
  });
});

describe('the events of an agent', () => {
  test('of Claude are shown as what it says and does, with cost and tokens of its result', () => {
    const tail = tailOf(
      'claude-stream-json',
      events(
        { type: 'system', subtype: 'init', session_id: 's' },
        { type: 'assistant', message: { content: [{ type: 'text', text: '\nI will look.\nThen act.' }] } },
        {
          type: 'assistant',
          message: { content: [{ type: 'tool_use', name: 'Bash', input: { command: 'npm test\nls' } }] },
        },
        { type: 'user', message: { content: [{ type: 'tool_result', content: 'secret noise' }] } },
        {
          type: 'result',
          subtype: 'success',
          result: 'All done.',
          total_cost_usd: 0.25,
          usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 100 },
        },
      ),
    );
    assert.deepEqual(tail.lines(), ['I will look.', 'Bash npm test', 'All done.']);
    assert.deepEqual(tail.spent(), { cost_usd: 0.25, tokens: 115 });
  });

  test('of Codex sum the tokens of their turns', () => {
    const tail = tailOf(
      'codex-json',
      events(
        { type: 'thread.started', thread_id: 't' },
        { type: 'item.started', item: { type: 'command_execution', command: 'bash -lc ls' } },
        { type: 'item.completed', item: { type: 'command_execution', command: 'bash -lc ls', exit_code: 0 } },
        { type: 'item.completed', item: { type: 'agent_message', text: 'Ready.' } },
        { type: 'turn.completed', usage: { input_tokens: 100, cached_input_tokens: 50, output_tokens: 20 } },
        { type: 'turn.completed', usage: { input_tokens: 10, output_tokens: 2 } },
        { type: 'error', message: 'stream lost' },
      ),
    );
    assert.deepEqual(tail.lines(), ['$ bash -lc ls', 'Ready.', 'stream lost']);
    assert.deepEqual(tail.spent(), { cost_usd: null, tokens: 132 });
  });

  test('of Gemini are one document at the end', () => {
    const document = {
      response: 'Fixed it.\nMore.',
      stats: { models: { pro: { tokens: { total: 40 } }, flash: { tokens: { total: 2 } } } },
    };
    const tail = tailOf('gemini-json', `loading\r\n${JSON.stringify(document, null, 2)}\r\n`);
    assert.equal(tail.spent(), null);
    tail.end();
    assert.deepEqual([tail.lines(), tail.spent()], [['loading', 'Fixed it.'], { cost_usd: null, tokens: 42 }]);
  });

  test('that are broken, strange or no events are shown or passed over, and never throw', () => {
    for (const parser of ['claude-stream-json', 'codex-json', 'gemini-json', 'unheard-of']) {
      const strange = [
        '{"type":',
        '[]',
        'null',
        '{"type":"result","usage":{"input_tokens":-1},"total_cost_usd":"x"}',
        '{"type":"assistant","message":{"content":{}}}',
        '{"__proto__":1}',
        'plain words',
      ];
      const tail = tailOf(parser, strange.map((line) => `${line}\r\n`).join(''));
      tail.end();
      const spent = tail.spent();
      assert.ok(spent === null || (spent.cost_usd === null && spent.tokens === null), parser);
    }
    assert.deepEqual(tailOf('claude-stream-json', 'Error: not logged in\r\n').lines(), ['Error: not logged in']);
  });
});
