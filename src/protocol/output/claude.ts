/**
 * `claude -p --output-format stream-json`: one JSON event a line. Source: Claude Code documentation, "Run Claude Code
 * programmatically" and the message types of its SDK reference (`system`, `assistant`, `user`, `result`).
 */
import { asAmount, asList, asObject, asText, firstLine, parseObject, sumOf, type Json } from './json-line.ts';
import { nothingHeard, type Heard, type LineReader } from './heard.ts';

export const makeClaudeReader = (): LineReader => ({
  needsEveryLine: true,
  line: (text) => {
    const event = parseObject(text);
    return event === null ? { shown: text } : read(event);
  },
  end: () => nothingHeard,
});

const read = (event: Json): Heard => {
  switch (event['type']) {
    case 'assistant':
      return { shown: describeMessage(asObject(event['message'])) };
    case 'result':
      return readResult(event);
    default:
      return nothingHeard;
  }
};

/** The newest thing of a message: what it says, or the tool that it uses. */
const describeMessage = (message: Json | null): string | null => {
  const parts = asList(message?.['content']).flatMap((each) => {
    const part = asObject(each);
    if (part?.['type'] === 'text') return firstLine(asText(part['text']));
    return part?.['type'] === 'tool_use' ? describeTool(part) : [];
  });
  return parts.filter((part) => part !== '').at(-1) ?? null;
};

const describeTool = (part: Json): string => {
  const input = asObject(part['input']);
  const about = ['command', 'file_path', 'path', 'pattern', 'description', 'url'].map((name) => asText(input?.[name]));
  return `${asText(part['name'])} ${firstLine(about.find((text) => text !== '') ?? '')}`.trim();
};

const tokenKinds = ['input_tokens', 'output_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'];

const readResult = (event: Json): Heard => {
  const said = firstLine(asText(event['result'])) || (event['subtype'] === 'success' ? '' : asText(event['subtype']));
  const spent = { cost_usd: asAmount(event['total_cost_usd']), tokens: sumOf(asObject(event['usage']), tokenKinds) };
  return { shown: said === '' ? null : said, spent };
};
