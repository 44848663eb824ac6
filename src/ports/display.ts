/** The terminal of a person who looks at the live panel. */
export interface Display {
  write(text: string): void;
  size(): { readonly columns: number; readonly rows: number };
  /** What is typed from now on, key by key and unechoed; returns how to give the keyboard back as it was. */
  onInput(listener: (data: Uint8Array) => void): () => void;
  onResize(listener: () => void): () => void;
  /** However this process ends from now on, short of SIGKILL, this is written last. Returns how to take that back. */
  atExit(restore: string): () => void;
  /** Stops this process as Ctrl+Z does at a shell; resolves when it is let go on. */
  suspend(): Promise<void>;
}
