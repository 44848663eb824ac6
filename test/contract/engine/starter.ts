/** Starts one session as told in its only argument, says so, and waits to be killed. */
import type { SessionRequest } from '../../../src/ports/engine.ts';
import { makeEngine, type EngineSpec } from './world.ts';

const { spec, request } = JSON.parse(process.argv[2] ?? '') as { spec: EngineSpec; request: SessionRequest };
const session = await makeEngine(spec).start(request);
process.stdout.write(`${session.name}\n`);
setInterval(() => {}, 60_000);
