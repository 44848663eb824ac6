/** The kinds of output that are understood, by the name that `parser` has in a config. */
import { makeClaudeReader } from './claude.ts';
import { makeCodexReader } from './codex.ts';
import { makeGeminiReader } from './gemini.ts';
import type { LineReader } from './heard.ts';
import { makePlainReader } from './plain.ts';

const makers: Readonly<Record<string, () => LineReader>> = {
  'claude-stream-json': makeClaudeReader,
  'codex-json': makeCodexReader,
  'gemini-json': makeGeminiReader,
  plain: makePlainReader,
};

export const parserNames: readonly string[] = Object.keys(makers);

/** A reader for one start of a stage. A name that is not known reads as plain text. */
export const makeLineReader = (parser: string | null): LineReader => (makers[parser ?? 'plain'] ?? makePlainReader)();
