/**
 * The live panel: looks at the batch, draws, and does what keys ask for, until the batch is over or the person leaves.
 *
 *     journal, pulses ──refresh──► look ─┐
 *     keys ──press──► ui ────────────────┴─► scene ──► frame ──differ──► terminal
 *               └──► wish ──carry out──► client
 *
 * An error anywhere in it gives the terminal back and rejects `show`; nothing is drawn on a terminal that was given back.
 */
import { follow } from '../client/follow.ts';
import type { Panel, PanelEnd, PanelOptions } from '../client/panel.ts';
import type { Display } from '../ports/display.ts';
import { Problem } from '../ports/problem.ts';
import { clip } from '../view/clean.ts';
import { makePanel } from '../view/panel.ts';
import { announce, carryOut, type Work } from './carry-out.ts';
import type { Key } from './keys.ts';
import { makeLooker, type Look, type Looker } from './look.ts';
import { press } from './press.ts';
import { makeRefresher, type Refresher } from './refresher.ts';
import { paintRow, type Painter } from './row.ts';
import { drawScene } from './scene.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { firstUi, type Shown, type Ui, type Wish } from './ui.ts';

export interface PanelTools {
  readonly display: Display;
  readonly paint: Painter;
}

/** Durations grow and workers print without an event. */
const tickMs = 1000;
/** A busy batch is looked at so often at most. */
const pauseMs = 250;
/** A choice, and a message, of so long ago is given up, so that what matters first is in sight again. */
const lapseMs = { choice: 30_000, message: 8000 };

export const makePanelOn = (tools: PanelTools): Panel => ({
  show: async (options) => {
    const panel = new LivePanel(tools, options);
    try {
      return await panel.untilItEnds();
    } finally {
      await panel.close();
    }
  },
});

class LivePanel {
  private readonly left = new AbortController();
  private readonly failure = makeFailure();
  private readonly pending = new Set<Promise<void>>();
  private readonly look: Looker;
  private readonly terminal: Terminal;
  private readonly refresher: Refresher;
  private readonly ticker: NodeJS.Timeout;
  private readonly options: PanelOptions;
  private readonly paint: Painter;
  private newest: Look | null = null;
  private touchedAt = 0;
  private ui: Ui = firstUi;
  private shown: Shown = { items: [], height: 0, scrollable: 0 };

  constructor({ display, paint }: PanelTools, options: PanelOptions) {
    this.options = options;
    this.paint = paint;
    this.look = makeLooker(options.client, options.journal);
    this.refresher = makeRefresher(() => this.refresh(), { pauseMs, fail: this.failure.reject });
    this.terminal = openTerminal(display, { onKey: (key) => this.press(key), onResize: () => this.draw() });
    this.ticker = setInterval(() => this.refresher.ask(), tickMs);
    options.signal.addEventListener('abort', this.leave, { once: true });
    if (options.signal.aborted) this.leave();
  }

  /** The batch is over or the person has left, and what was begun here has come to its end. */
  async untilItEnds(): Promise<PanelEnd> {
    const { client, journal } = this.options;
    const onState = (): void => this.refresher.ask();
    const following = follow(client, journal, { signal: this.left.signal, endsAtRest: false, onState });
    await Promise.race([following, this.failure.promise]);
    const hasLeft = this.left.signal.aborted;
    await Promise.race([Promise.all(this.pending), this.failure.promise]);
    return { state: await journal.read(), hasLeft };
  }

  async close(): Promise<void> {
    this.terminal.close();
    this.options.signal.removeEventListener('abort', this.leave);
    clearInterval(this.ticker);
    this.left.abort();
    await this.refresher.stop();
  }

  private readonly leave = (): void => this.left.abort();

  private async refresh(): Promise<void> {
    this.newest = await this.look(openWork(this.ui));
    this.lapse();
    this.draw();
  }

  private lapse(): void {
    const { ui } = this;
    const ageMs = this.options.client.clock.now() - this.touchedAt;
    if (ageMs > lapseMs.message && this.pending.size === 0) this.ui = { ...this.ui, message: null };
    if (ageMs > lapseMs.choice && ui.view.kind === 'list' && ui.prompt === null)
      this.ui = { ...this.ui, chosen: null, top: 0 };
  }

  private draw(): void {
    this.guard(() => {
      if (this.newest === null) return;
      const { ui, newest } = this;
      const { status, seen } = newest;
      const panel = makePanel({ status, state: seen.state, now: seen.now, filter: ui.filter });
      const { interrupt } = this.options;
      const { rows, shown } = drawScene({ ...this.terminal.size(), look: newest, panel, ui, interrupt });
      this.shown = shown;
      this.terminal.draw(rows.map((row) => paintRow(row, this.paint)));
    });
  }

  private press(key: Key): void {
    this.guard(() => {
      const before = openWork(this.ui);
      this.touchedAt = this.options.client.clock.now();
      const { ui, wish } = press(this.ui, key, this.shown);
      this.ui = ui;
      if (wish !== null) this.grant(wish);
      if (openWork(ui) !== before) this.refresher.ask();
      this.draw();
    });
  }

  private grant(wish: Wish): void {
    switch (wish.kind) {
      case 'leave':
        return this.leave();
      case 'interrupt':
        return this.say(this.options.onInterrupt(), 'plain');
      case 'redraw':
        return this.terminal.redraw();
      case 'suspend':
        return void this.terminal.suspend().catch(this.failure.reject);
      default:
        return this.perform(wish);
    }
  }

  private perform(wish: Work): void {
    const announced = announce(wish);
    if (announced !== null) this.say(announced, 'plain');
    const work = this.carryOut(wish)
      .catch(this.failure.reject)
      .finally(() => this.pending.delete(work));
    this.pending.add(work);
  }

  private async carryOut(wish: Work): Promise<void> {
    try {
      this.say(await carryOut({ ...this.options, terminal: this.terminal }, wish), 'plain');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.say(`${error.what}; ${error.hint}`, 'bad');
    }
    this.refresher.ask();
  }

  private say(text: string, style: 'plain' | 'bad'): void {
    this.touchedAt = this.options.client.clock.now();
    this.ui = { ...this.ui, message: text === '' ? null : { text: clip(text, 300), style } };
    this.draw();
  }

  /** What is called by keys and timers has nobody above it to catch what it throws. */
  private guard(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.failure.reject(error);
    }
  }
}

interface PanelFailure {
  readonly promise: Promise<never>;
  readonly reject: (error: unknown) => void;
}

const makeFailure = (): PanelFailure => {
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => (reject = refuse));
  // It may fail when nobody waits for it any more.
  promise.catch(() => undefined);
  return { promise, reject };
};

/** The work whose details the view needs. */
const openWork = ({ view }: Ui): string | null => (view.kind === 'work' || view.kind === 'log' ? view.id : null);
