/**
 * `codex exec --json`: one JSON event a line. Source: Codex documentation, "Non-interactive mode" (`thread.started`,
 * `turn.*`, `item.*`, `error`). Tokens are told by turn and summed; a cost is not told.
 */
import { asObject, asText, firstLine, parseObject, sumOf, type Json } from './json-line.ts';
import { nothingHeard, type Heard, type LineReader } from './heard.ts';

export const makeCodexReader = (): LineReader => {
  let tokens: number | null = null;
  const read = (event: Json): Heard => {
    switch (event['type']) {
      case 'item.started':
      case 'item.completed':
        return { shown: describeItem(asObject(event['item']), event['type'] === 'item.started') };
      case 'turn.completed': {
        const used = sumOf(asObject(event['usage']), ['input_tokens', 'output_tokens']);
        if (used !== null) tokens = (tokens ?? 0) + used;
        return { shown: null, spent: { cost_usd: null, tokens } };
      }
      case 'turn.failed':
        return { shown: asText(asObject(event['error'])?.['message']) || null };
      case 'error':
        return { shown: asText(event['message']) || null };
      default:
        return nothingHeard;
    }
  };
  return {
    needsEveryLine: true,
    line: (text) => {
      const event = parseObject(text);
      return event === null ? { shown: text } : read(event);
    },
    end: () => nothingHeard,
  };
};

/** A command is told when it begins, a message when it is whole. */
const describeItem = (item: Json | null, isStart: boolean): string | null => {
  switch (item?.['type']) {
    case 'command_execution':
      return isStart ? `$ ${firstLine(asText(item['command']))}` : null;
    case 'agent_message':
      return isStart ? null : firstLine(asText(item['text'])) || null;
    case 'file_change':
    case 'web_search':
    case 'mcp_tool_call':
      return isStart ? null : asText(item['type']).replaceAll('_', ' ');
    default:
      return null;
  }
};
