/** What a live view of a batch is given, and what it gives back when it is over. */
import type { BatchState } from '../core/state.ts';
import type { Journal } from '../ports/store.ts';
import type { Client } from './client.ts';

export interface PanelOptions {
  readonly client: Client;
  readonly journal: Journal<BatchState>;
  /** What Ctrl+C means to the person: the end of the batch, or of this view. */
  readonly interrupt: 'stop' | 'leave';
  /** Carries an interrupt out; what it gives is shown. */
  onInterrupt(): string;
  /** Ends the view, as leaving does. */
  readonly signal: AbortSignal;
}

export interface PanelEnd {
  readonly state: BatchState;
  /** The person left, or `signal` aborted; the batch goes on. */
  readonly hasLeft: boolean;
}

export interface Panel {
  /** Shows the batch until it is over, as `follow` understands it but for pauses, or until the person leaves. */
  show(options: PanelOptions): Promise<PanelEnd>;
}
