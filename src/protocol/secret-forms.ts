/** Secrets by their form: for texts of other people's environments, whose values nobody knows here. */
import { mask } from './environment.ts';

/** Each keeps what tells a reader what was there. */
const forms: readonly (readonly [RegExp, string])[] = [
  // Tokens that begin with a word of their issuer: GitHub, GitLab, Slack, OpenAI and Anthropic, AWS, Google, npm, PyPI.
  [/\b(gh[pousr]_|github_pat_)\w{16,}/g, `$1${mask}`],
  [/\b(glpat-|xox[abprs]-|sk-|pypi-)[\w-]{12,}/g, `$1${mask}`],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, `$1${mask}`],
  [/\b(AIza|npm_)[\w-]{30,}/g, `$1${mask}`],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g, mask],
  [/\b(authorization: *(?:basic|bearer|token) +)[\w.~+/=-]{8,}/gi, `$1${mask}`],
  [/(\w:\/\/[^\s:@/]*:)[^\s@/]+@/g, `$1${mask}@`],
  // What is assigned to a name that speaks of a secret, as `env` and `set -x` print it.
  [/\b([A-Za-z]\w*(?:TOKEN|SECRET|PASSWORD|PASSPHRASE|API_?KEY)\w*=)(?!\$)["']?[^\s"'\\]{6,}["']?/gi, `$1${mask}`],
];

/** A line in which what looks like a secret is masked. */
export const maskForms = (line: string): string =>
  forms.reduce((text, [form, instead]) => text.replace(form, instead), line);
