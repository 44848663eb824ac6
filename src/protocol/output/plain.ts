/** Output for people, with the marks that some runners print: `═══ Phase 4: Panel ═══`, `✅ … Complete`, `❌ … Failed`. */
import { nothingHeard, type LineReader } from './heard.ts';

const phaseLine = /^[═=]{2,}\s*(Phase\s+\d+\s*[:.–-]?\s*\S[^═=]*?)\s*[═=]{2,}$/i;
const successLine = /^✅.*\b(?:complete|completed|approved)\b/i;
const errorLine = /^❌.*\b(?:error|failed|failure)\b/i;

/** Whether a line is a runner's word for a failure; its text explains one, and never makes one. */
export const isErrorLine = (text: string): boolean => errorLine.test(text);

export const makePlainReader = (): LineReader => ({
  needsEveryLine: false,
  line: (text) => {
    const phase = phaseLine.exec(text)?.[1] ?? (successLine.test(text) ? text : undefined);
    return phase === undefined ? { shown: text } : { shown: text, phase };
  },
  end: () => nothingHeard,
});
