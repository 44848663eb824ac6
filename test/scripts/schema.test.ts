import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { projectFolder } from '../../scripts/layers/load.ts';

const read = (name: string): object => JSON.parse(readFileSync(join(projectFolder(), name), 'utf8')) as object;

test('the schema that ships for editors takes the shipped config, and says where a key is wrong', () => {
  const config = read('config.json') as { readonly $schema: string; readonly batch: object };
  assert.equal(config.$schema, './config.schema.json');
  const validate = new Ajv2020({ strict: false }).compile(read('config.schema.json'));
  assert.ok(validate(config), JSON.stringify(validate.errors));
  assert.equal(validate({ ...config, batch: { ...config.batch, defualt_parallel: 2 } }), false);
  assert.deepEqual(
    validate.errors?.map(({ instancePath, params }) => [instancePath, params]),
    [['/batch', { additionalProperty: 'defualt_parallel' }]],
  );
});
