/** A program under a pseudo-terminal that a person sees elsewhere: in a page. */

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface ViewOptions {
  /** Executed without a shell. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly size: Size;
  onOutput(bytes: Uint8Array): void;
  /** Called once, behind the last output. */
  onEnd(): void;
}

export interface View {
  write(bytes: Uint8Array): void;
  resize(size: Size): void;
  /** Ends the program; what it shows goes on. */
  close(): void;
}

export interface Viewer {
  /** Throws a Problem where no terminal can be made. */
  open(options: ViewOptions): Promise<View>;
}
