/**
 * `gemini --output-format json`: one JSON document at the end, over many lines. Source: Gemini CLI documentation,
 * "Headless mode" (`response`, `stats.models.<name>.tokens.total`, `error`).
 */
import { asObject, asText, firstLine, parseObject, sumOf, type Json } from './json-line.ts';
import { nothingHeard, type Heard, type LineReader } from './heard.ts';

/** A longer document is not read; its stage succeeds or fails all the same. */
const documentLimit = 1024 * 1024;

export const makeGeminiReader = (): LineReader => {
  let text = '';
  return {
    needsEveryLine: true,
    line: (line) => {
      if (text === '' && !line.startsWith('{')) return { shown: line };
      if (text.length < documentLimit) text += `${line}\n`;
      return nothingHeard;
    },
    end: () => {
      const document = parseObject(text.trim());
      return document === null ? nothingHeard : read(document);
    },
  };
};

const read = (document: Json): Heard => {
  const error = asText(asObject(document['error'])?.['message']);
  const said = error === '' ? firstLine(asText(document['response'])) : error;
  const models = Object.values(asObject(asObject(document['stats'])?.['models']) ?? {});
  const counts = models.flatMap((model) => sumOf(asObject(asObject(model)?.['tokens']), ['total']) ?? []);
  const tokens = counts.length === 0 ? null : counts.reduce((sum, each) => sum + each, 0);
  return { shown: said === '' ? null : said, spent: { cost_usd: null, tokens } };
};
