/** Which contents of a `.wf` a person has allowed to run: kept in the person's home. */

/** A file of `.wf` that says what runs. */
export interface StateText {
  /** From the repository on: `.wf/config.json`. */
  readonly file: string;
  readonly text: string;
}

export interface TrustFile {
  /** Where it is kept. */
  readonly path: string;
  has(hash: string): Promise<boolean>;
  /** Adds a hash; the folder is named for the person who reads the file. */
  add(hash: string, folder: string): Promise<void>;
  /**
   * `config.json`, `schedule.json`, the plans and all that lies in `prompts` under a `.wf`, each in the order of names, and
   * the plan of a batch if one is named.
   */
  collect(stateFolder: string, batchRunId: string | null): Promise<readonly StateText[]>;
}
