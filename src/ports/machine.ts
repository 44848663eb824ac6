/** Small questions to the machine, and programs that a person sits in front of. */

export interface FolderLook {
  readonly kind: 'folder' | 'link' | 'other' | 'nothing';
  /** Permission bits, `0o700`; 0 if there is nothing. */
  readonly mode: number;
  readonly uid: number;
  readonly isWritable: boolean;
}

export interface Machine {
  /** Runs a program in this terminal and gives its exit code; 127 if it cannot be started. */
  runHere(argv: readonly string[]): Promise<number>;
  look(path: string): Promise<FolderLook>;
  /** Of this process; -1 where the system has none. */
  uid(): number;
  /** Bytes that are free where a path lies, or would lie. */
  freeBytes(path: string): Promise<number>;
  /** How much it has to do just now; the load is that of the last minute, for each core. */
  pressure(): { readonly loadPerCore: number; readonly freeMemoryBytes: number };
  /** Bytes that a folder takes on the disk; links are not followed. */
  sizeOf(folder: string): Promise<number>;
  /** The path without links in it; itself if there is nothing. */
  realPath(path: string): Promise<string>;
  /** The text of a file; null if nothing has the name. Throws a Problem for what is no readable file. */
  readText(file: string): Promise<string | null>;
  /** Where a program is that a shell would find under this name, `PATH` being `path`; null if nowhere. */
  findProgram(name: string, path: string): Promise<string | null>;
  /** Writes a file, and its folder, if neither a file nor a link has the name; false if one has. 0644. */
  writeNew(file: string, text: string): Promise<boolean>;
  /** Renames a file to a free name beside it, `<file>.<word>-<time>`, and gives that; nothing is lost. `word`: broken. */
  setAside(file: string, word?: string): Promise<string>;
  /** The version of Node.js, `20.19.0`. */
  readonly nodeVersion: string;
  /** Of the operating system: `linux 6.1.0 x64`. */
  readonly system: string;
}
