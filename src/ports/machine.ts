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
  /** Bytes that a folder takes on the disk; links are not followed. */
  sizeOf(folder: string): Promise<number>;
  /** The path without links in it; itself if there is nothing. */
  realPath(path: string): Promise<string>;
  /** Writes a file, and its folder, if neither a file nor a link has the name; false if one has. 0644. */
  writeNew(file: string, text: string): Promise<boolean>;
  /** Renames a file to a free name beside it and gives that; nothing is lost. */
  setAside(file: string): Promise<string>;
  /** The version of Node.js, `20.19.0`. */
  readonly nodeVersion: string;
}
