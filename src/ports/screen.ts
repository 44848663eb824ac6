/** The terminal that a worker itself sits in: the tmux pane, where a person may attach. */
export interface Screen {
  write(chunk: Buffer | string): void;
  size(): { readonly columns: number; readonly rows: number };
  /** What a person types, from now on; returns how to stop. */
  onInput(listener: (data: Buffer) => void): () => void;
  onResize(listener: () => void): () => void;
}
