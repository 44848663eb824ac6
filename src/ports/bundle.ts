/** An archive of what a batch left, for somebody who was not there. */

export interface BundleContent {
  /** Texts that are made for it, by their paths in it. */
  readonly texts: ReadonlyMap<string, string>;
  /** Hides secrets in a line. Bytes above 127 come as one character each, so that no byte of a log is changed. */
  readonly mask: (line: string) => string;
}

export interface Bundler {
  /**
   * Writes a compressed tar with the texts, and with plan, journal, reports and logs of the batch's folder, everything
   * masked line by line; 0600. Links are left out. Gives the bytes that were written; null if something has the name.
   * Throws a Problem.
   */
  write(file: string, content: BundleContent): Promise<number | null>;
}
