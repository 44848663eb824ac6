/** A worker's pulse file. */
import type { Pulse } from '../core/pulse.ts';
import { list, nullable, number, object, text } from './shape.ts';
import type { Shape } from './shape.ts';

/** A pulse file is at most this long: twenty lines of output, each a thousand characters. */
export const pulseLimitBytes = 256 * 1024;

/** What a pulse file says; null for anything that is no pulse. Never throws. */
export const parsePulse = (json: string): Pulse | null => {
  try {
    const pulse = JSON.parse(json) as unknown;
    return pulseShape(pulse) === null ? (pulse as Pulse) : null;
  } catch {
    return null;
  }
};

const pulseShape: Shape = object<Pulse>({
  at: number(0),
  id: text(),
  stage: text(),
  last_output: list(text()),
  phase: nullable(text()),
  progress: nullable(number(0, 1)),
  pid: nullable(number(0)),
  question: nullable(text()),
});
