/** The terminal of a running work: watched, and typed into once that is switched on for this tab. */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal, type ITheme } from '@xterm/xterm';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { ItemStatus } from '../../view/status.ts';
import { apiRoot, segment } from '../data/api.ts';
import { adoptStyles } from './adopted-style.ts';

interface Props {
  readonly batch: string;
  readonly item: ItemStatus;
}

type Mode = 'read' | 'write';

export const TerminalPane = ({ batch, item }: Props): ReactElement => {
  const place = useRef<HTMLDivElement>(null);
  const [mode, setMode] = useState<Mode>('read');
  const [words, setWords] = useState('Connecting…');
  const [turn, setTurn] = useState(0);
  const isRunning = item.state === 'running';
  useEffect(() => {
    const element = place.current;
    if (element === null || !isRunning) return undefined;
    setWords('Connecting…');
    return openTerminal(element, { batch, id: item.id, mode, onWords: setWords });
  }, [batch, item.id, mode, turn, isRunning]);
  if (!isRunning)
    return (
      <p className="dim pane-words">A work has a terminal while it runs; this one is {item.state}. Its log stays.</p>
    );
  return (
    <div className="terminal-pane">
      <div className="log-bar">
        <label className="switch">
          <input
            type="checkbox"
            checked={mode === 'write'}
            onChange={({ target }) => setMode(target.checked ? 'write' : 'read')}
          />
          Type into it
        </label>
        <span className="dim" role="status">
          {words}
        </span>
        <span className="spacer" />
        <button type="button" onClick={() => setTurn((before) => before + 1)}>
          Connect again
        </button>
      </div>
      <div ref={place} className="terminal" />
    </div>
  );
};

interface Wanted {
  readonly batch: string;
  readonly id: string;
  readonly mode: Mode;
  readonly onWords: (words: string) => void;
}

interface Told {
  readonly type: 'ready' | 'closed' | 'refused';
  readonly message: string;
}

/** Opens it in an element; the returned function ends it. */
const openTerminal = (element: HTMLElement, { batch, id, mode, onWords }: Wanted): (() => void) => {
  adoptStyles();
  const terminal = new Terminal({
    ...{ fontSize: 13, scrollback: 5000, disableStdin: mode === 'read', screenReaderMode: true },
    fontFamily: getComputedStyle(element).fontFamily,
    theme: themeOf(element),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  fit.fit();
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const query = `mode=${mode}&columns=${terminal.cols}&rows=${terminal.rows}`;
  const socket = new WebSocket(
    `${scheme}://${location.host}${apiRoot}/${segment(batch)}/items/${segment(id)}/terminal?${query}`,
  );
  socket.binaryType = 'arraybuffer';
  let isLeaving = false;
  let wasTold = false;
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
    if (typeof data !== 'string') return terminal.write(new Uint8Array(data));
    const told = JSON.parse(data) as Told;
    wasTold = told.type !== 'ready';
    onWords(told.type === 'ready' && mode === 'write' ? 'Keys go to the work.' : told.message);
    if (told.type === 'ready') terminal.focus();
  };
  socket.onclose = () => {
    if (!isLeaving && !wasTold) onWords('The connection has ended.');
  };
  const send = (kind: number, bytes: Uint8Array): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(new Uint8Array([kind, ...bytes]));
  };
  const encoder = new TextEncoder();
  terminal.onData((keys) => mode === 'write' && send(0, encoder.encode(keys)));
  terminal.onResize(({ cols, rows }) => send(1, encoder.encode(JSON.stringify({ columns: cols, rows }))));
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(element);
  return () => {
    isLeaving = true;
    observer.disconnect();
    socket.close();
    terminal.dispose();
  };
};

const themeOf = (element: HTMLElement): ITheme => {
  const style = getComputedStyle(element);
  return {
    background: style.getPropertyValue('--log-ground').trim(),
    foreground: style.getPropertyValue('--log-text').trim(),
    cursor: style.getPropertyValue('--accent').trim(),
  };
};
