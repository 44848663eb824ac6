/** Writes `config.schema.json`: the JSON Schema of `.wf/config.json` for editors, shipped beside the program. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from '../src/protocol/config-schema.ts';
import { projectFolder } from './layers/load.ts';

writeFileSync(join(projectFolder(), 'config.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
