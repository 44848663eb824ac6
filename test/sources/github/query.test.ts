import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '../../../src/ports/problem.ts';
import { parseQuery } from '../../../src/sources/github/query.ts';

test('a query has keys, values with colons, values in quotes, and open issues unless told', () => {
  assert.deepEqual(parseQuery('label:a, label:type:bug ,milestone:"v2, later",assignee:@ada,repo:o/r.git'), {
    text: 'label:a, label:type:bug ,milestone:"v2, later",assignee:@ada,repo:o/r.git',
    labels: ['a', 'type:bug'],
    milestone: 'v2, later',
    state: 'open',
    assignee: 'ada',
    creator: null,
    mentioned: null,
    type: null,
    repo: { owner: 'o', name: 'r' },
  });
  assert.equal(parseQuery('State:ALL').state, 'all');
  assert.equal(parseQuery('author:x').creator, 'x');
  assert.equal(parseQuery('assignee:@me').assignee, '@me');
});

test('what is no query is a usage error that names the nearest key or an example', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['', 'the query names no issues', 'for all that are open: github="state:open"'],
    ['bug', '"bug" has no key', 'for a label: label:bug'],
    ['lable:a', 'there is no key "lable" in a query', 'did you mean label:? Known: label, milestone, state'],
    ['sort:a', 'there is no key "sort" in a query', 'known: label, milestone, state'],
    ['label:', 'label: has no value', 'for example: label:ready'],
    ['state:opne', 'there is no state "opne"', 'use state:open, state:closed or state:all'],
    ['state:open,state:all', 'state is given 2 times', 'keep one state:'],
    ['label:"a', 'a quotation mark is not closed', 'put values with commas into double quotes: label:"a, b"'],
    ['repo:../..', '"../.." is no repository', 'write repo:owner/name'],
    ['repo:a/b/c', '"a/b/c" is no repository', 'write repo:owner/name'],
    ['constructor:a', 'there is no key "constructor" in a query', 'known: label'],
  ];
  for (const [text, what, hint] of table)
    assert.throws(
      () => parseQuery(text),
      (error: unknown) =>
        error instanceof Problem &&
        error.code === 'usage' &&
        error.what === what &&
        error.where === `github=${text}` &&
        error.hint.startsWith(hint),
      text,
    );
});

test('no text makes the reader of queries throw anything but a usage error', () => {
  const part = fc.constantFrom('label', ':', ',', '"', ' ', 'repo', 'a/b', 'state', 'open', '@me', '\n');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(part).map((parts) => parts.join('')),
        fc.string(),
      ),
      (text) => {
        try {
          assert.equal(parseQuery(text).text, text);
        } catch (error) {
          assert.ok(error instanceof Problem && error.code === 'usage', String(error));
        }
      },
    ),
    { numRuns: 2000 },
  );
});
