/** The server of the pages, as the command line starts and ends it. */
import type { Client } from './client.ts';

export interface ServeOptions {
  readonly client: Client;
  readonly version: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Nothing can be changed through it. */
  readonly isReadOnly: boolean;
  /** PEM; null: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

export interface WebServer {
  /** With the one-time token. */
  readonly address: string;
  readonly port: number;
  /** What reads the metrics without a session: `Authorization: Bearer …`. */
  readonly metricsToken: string;
  /** Ends its streams and connections; batches go on. */
  close(): Promise<void>;
}

/** Resolves when it listens; throws a Problem where it cannot. */
export type Serve = (options: ServeOptions) => Promise<WebServer>;
