/** The newest lines of a stage's raw output, cleaned for people. */

const keptLines = 20;
/** One line of output is shown up to this many characters. */
const lineLimit = 1000;

export interface OutputTail {
  push(chunk: Buffer): void;
  /** Oldest first, without empty ones. */
  lines(): readonly string[];
  /** The last line that says something; empty if none does. */
  lastLine(): string;
}

export const makeOutputTail = (): OutputTail => {
  const decoder = new TextDecoder();
  let kept: string[] = [];
  let open = '';
  const lines = (): readonly string[] =>
    [...kept, open]
      .map(clean)
      .filter((line) => line !== '')
      .slice(-keptLines);
  return {
    push: (chunk) => {
      // Only the end of a flood can be among the newest lines.
      const piece = chunk.length > 65_536 ? chunk.subarray(-65_536) : chunk;
      const parts = (open + decoder.decode(piece, { stream: true })).split('\n');
      open = (parts.pop() ?? '').slice(-lineLimit);
      if (parts.length > 0)
        kept = [...kept, ...parts.slice(-keptLines * 2).map((line) => line.slice(0, lineLimit))].slice(-keptLines * 2);
    },
    lines,
    lastLine: () => lines().at(-1) ?? '',
  };
};

const controls =
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** What a carriage return overwrote is not seen. */
const clean = (line: string): string => {
  const shown = line.replace(/\r+$/, '');
  return shown
    .slice(shown.lastIndexOf('\r') + 1)
    .replace(controls, '')
    .trim();
};
