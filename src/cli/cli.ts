/** What every verb of the command line has: where words go, whom it asks, and the exit code that it sets. */
import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import type { Panel } from '../client/panel.ts';
import type { Serve } from '../client/web-server.ts';

export interface Cli {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Of the program. */
  readonly version: string;
  /** Results: one text, a line break is added. */
  out(text: string): void;
  /** Results that are bytes, as they are; resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Everything that is no result. */
  err(text: string): void;
  /** Whether stdout, stdin and stderr are terminals. */
  readonly isTerminal: { readonly out: boolean; readonly in: boolean; readonly err: boolean };
  /** Made on first use: `--help` opens no repository. */
  client(): Promise<Client>;
  /** As if this folder were the current one. */
  clientAt(folder: string): Promise<Client>;
  /** The verbs of every program by its name: what completion and help name. */
  programs(): Promise<Readonly<Record<string, Verbs>>>;
  /** 0 unless set. */
  setExitCode(code: number): void;
  /** Aborted by Ctrl+C or TERM; a second one aborts `interruptedAgain`. Verbs that do not listen are ended with 130. */
  listenToInterrupts(): { readonly first: AbortSignal; readonly second: AbortSignal };
  /** The live panel; null where lines have to do: no terminal, or one whose cursor cannot be moved. */
  panel(): Promise<Panel | null>;
  /** The server of the pages; loaded when it is wanted. */
  serve: Serve;
  /** Reads one line from the terminal after a question. */
  ask(question: string): Promise<string>;
}

/** A verb's module: it adds arguments, options and its action to a command that has its name already. */
export interface VerbModule {
  configure(command: Command, cli: Cli): void;
}

export interface Verb {
  readonly summary: string;
  load(): Promise<VerbModule>;
}

/** Verbs by name, in the order of the help. */
export type Verbs = Readonly<Record<string, Verb>>;
