/** Lines by which a stage says that a quota is used up: those of the known agents, and those that the config names. */
import { findResetTime } from './reset-time.ts';

export interface QuotaMessage {
  /** The resource whose pattern matched; null: a known agent's own message. */
  readonly resource: string | null;
  /** When it is free again, ISO 8601; null if the message does not say. */
  readonly until: string | null;
  /** The line. */
  readonly message: string;
}

/**
 * What the agents print when a limit is hit, each narrow enough that a test's own output is not taken for it.
 * Claude Code: "usage limit reached|<epoch>", "5-hour limit reached ∙ resets 3pm", "You've hit your … limit · resets …",
 * and the API's error types. Codex: "You've hit your usage limit … try again in …", "Rate limit reached for <model> …".
 * Gemini: RESOURCE_EXHAUSTED, "Quota exceeded for …", "exhausted your (daily) quota". aider: litellm's error class.
 */
const known: readonly RegExp[] = [
  /\busage limit reached\b/i,
  /\b(?:5-hour|hourly|daily|weekly|session|opus) limit reached\b/i,
  /\byou(?:'|’)ve (?:hit|reached) your\b[^\n]{0,40}\blimit\b/i,
  /"type"\s*:\s*"(?:rate_limit_error|overloaded_error)"/,
  /\brate limit reached for\b/i,
  /\bexceeded your current quota\b/i,
  /\bRESOURCE_EXHAUSTED\b/,
  /\bquota exceeded for (?:quota )?metric\b/i,
  /\bexhausted your (?:daily )?(?:quota|capacity)\b/i,
  /\blitellm\.RateLimitError\b/,
];

/** Later lines say more often when it ends; so many around the message are asked. */
const aroundLines = 3;

/** The newest line that says so, or null. `patterns`: by resource, regular expressions of the config. */
export const findQuotaMessage = (
  lines: readonly string[],
  patterns: Readonly<Record<string, readonly string[]>>,
  now: number,
): QuotaMessage | null => {
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at] as string;
    const resource = Object.keys(patterns).find((name) =>
      patterns[name]?.some((each) => new RegExp(each, 'u').test(line)),
    );
    if (resource === undefined && !known.some((each) => each.test(line))) continue;
    return { resource: resource ?? null, until: findUntil(lines, at, now), message: line };
  }
  return null;
};

/** The line itself first, then its neighbours: agents break their messages. */
const findUntil = (lines: readonly string[], at: number, now: number): string | null => {
  const near = [
    lines[at] ?? '',
    ...lines.slice(at + 1, at + 1 + aroundLines),
    ...lines.slice(Math.max(0, at - aroundLines), at).reverse(),
  ];
  for (const line of near) {
    const time = findResetTime(line, now);
    if (time !== null) return new Date(time).toISOString();
  }
  return null;
};
