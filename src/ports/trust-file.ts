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
  /** `config.json`, `schedule.json` and the plans under a `.wf`, in the order of their names, and the plan of a batch if one is named. */
  collect(stateFolder: string, batchRunId: string | null): Promise<readonly StateText[]>;
}
