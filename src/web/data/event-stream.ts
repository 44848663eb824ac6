/** Reads server-sent events from pieces of text. Pure, but for the state of what has not ended yet. */

export interface ServerEvent {
  readonly id: string | null;
  /** `message` where the server names none. */
  readonly event: string;
  readonly data: string;
}

export interface EventStreamReader {
  /** Takes the next piece; gives the events that it completes. Comments are none. */
  take(piece: string): readonly ServerEvent[];
}

export const makeEventStreamReader = (): EventStreamReader => {
  let rest = '';
  return {
    take: (piece) => {
      const blocks = (rest + piece).split('\n\n');
      rest = blocks.pop() ?? '';
      return blocks.flatMap(readBlock);
    },
  };
};

const readBlock = (block: string): readonly ServerEvent[] => {
  let id: string | null = null;
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    const [field, value] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')];
    if (field === 'id') id = value;
    else if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }
  return data.length === 0 ? [] : [{ id, event, data: data.join('\n') }];
};
