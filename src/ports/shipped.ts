/** What ships with the program to be copied and edited. */

export interface ShippedFile {
  /** Below its folder, with `/`: `wf1-kickoff.md`, `wf0-batch/SKILL.md`. */
  readonly path: string;
  readonly text: string;
}

/** `prompts` go under `.wf/prompts`, `skills` under `.claude/skills`. */
export type ShippedKind = 'prompts' | 'skills';
