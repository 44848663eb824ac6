/** A process's own log: lines for the person who attaches to its session, and for bug reports. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}
