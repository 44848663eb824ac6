/** A log as lines: coloured, searched, followed. Only the lines in sight are in the document. */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import { count, formatCount } from '../../view/count.ts';
import { useSettled } from '../data/use.ts';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { plainLine, readLine, type Look } from './ansi.ts';
import { sizeWords } from './size.ts';
import { useLog } from './use-log.ts';

const lineHeight = 18;

interface Props {
  readonly path: string;
  readonly bytes: number;
  readonly picker: ReactNode;
}

export const LogView = ({ path, bytes, picker }: Props): ReactElement => {
  const { lines, earlierBytes, isLoading, isEnded, problem, loadEarlier } = useLog(path, bytes);
  const scroller = useRef<HTMLDivElement>(null);
  const [isFollowing, setIsFollowing] = useState(true);
  const [words, setWords] = useState('');
  const sought = useSettled(words, 150).toLowerCase();
  const [at, setAt] = useState(0);
  // The last line is empty when the log ends with a line break.
  const shown = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  const virtual = useVirtualizer({
    ...{ count: shown, estimateSize: () => lineHeight, overscan: 20 },
    getScrollElement: () => scroller.current,
  });
  const found = useMemo(
    () =>
      sought === '' ? [] : lines.flatMap((line, i) => (plainLine(line).toLowerCase().includes(sought) ? [i] : [])),
    [lines, sought],
  );
  const current = found.length === 0 ? null : (found[Math.min(at, found.length - 1)] ?? null);
  useEffect(() => {
    if (isFollowing && sought === '' && shown > 0) virtual.scrollToIndex(shown - 1, { align: 'end' });
  }, [shown, isFollowing, sought, virtual]);
  useEffect(() => {
    if (current !== null) virtual.scrollToIndex(current, { align: 'center' });
  }, [current, virtual]);
  const step = (by: 1 | -1): void =>
    setAt((Math.min(at, found.length - 1) + by + found.length) % Math.max(1, found.length));
  const onScroll = (): void => {
    const box = scroller.current;
    if (box !== null) setIsFollowing(box.scrollHeight - box.scrollTop - box.clientHeight < lineHeight * 2);
  };
  return (
    <div className="log">
      <div className="log-bar">
        {picker}
        <SearchField
          {...{ words, onStep: step }}
          found={sought === '' ? null : found.length}
          at={Math.min(at, found.length - 1)}
          onWords={(next) => {
            setWords(next);
            setAt(0);
          }}
        />
        <span className="spacer" />
        <span className="dim">{isEnded ? 'ended' : isLoading ? 'reading…' : 'following'}</span>
        {!isFollowing && (
          <button type="button" onClick={() => setIsFollowing(true)}>
            To the end
          </button>
        )}
      </div>
      {problem !== null && <Problem problem={problem} />}
      {earlierBytes > 0 && (
        <button type="button" className="quiet log-earlier" onClick={loadEarlier}>
          Load earlier output ({sizeWords(earlierBytes)} before this)
        </button>
      )}
      <div
        ref={scroller}
        className="log-lines"
        role="log"
        aria-live="off"
        aria-label={`Log, ${count(shown, 'line')}`}
        tabIndex={0}
        onScroll={onScroll}
      >
        {shown === 0 && !isLoading && <p className="log-empty">There is no output yet.</p>}
        <div className="log-body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <LogLine
              key={index}
              line={lines[index] ?? ''}
              {...{ top: start, number: index + 1, sought, isCurrent: index === current }}
            />
          ))}
        </div>
      </div>
    </div>
  );
};

interface SearchProps {
  readonly words: string;
  readonly onWords: (words: string) => void;
  /** Lines that hold the words; null while nothing is sought. */
  readonly found: number | null;
  /** The current one, from 0. */
  readonly at: number;
  readonly onStep: (by: 1 | -1) => void;
}

const SearchField = ({ words, onWords, found, at, onStep }: SearchProps): ReactElement => {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    onStep(event.shiftKey ? -1 : 1);
  };
  return (
    <>
      <label className="search">
        <Icon name="search" />
        <input
          type="search"
          aria-label="Search the log"
          placeholder="Search"
          value={words}
          onKeyDown={onKey}
          onChange={({ target }) => onWords(target.value)}
        />
      </label>
      {found !== null && (
        <span className="log-found" role="status">
          {found === 0 ? 'not found' : `${formatCount(at + 1)} of ${formatCount(found)}`}
        </span>
      )}
      {found !== null && found > 1 && (
        <>
          <button type="button" className="icon-button" aria-label="Match before" onClick={() => onStep(-1)}>
            <Icon name="up" />
          </button>
          <button type="button" className="icon-button" aria-label="Next match" onClick={() => onStep(1)}>
            <Icon name="down" />
          </button>
        </>
      )}
    </>
  );
};

interface LineProps {
  readonly line: string;
  readonly top: number;
  /** Among the lines that are loaded. */
  readonly number: number;
  readonly sought: string;
  readonly isCurrent: boolean;
}

const LogLine = memo(({ line, top, number, sought, isCurrent }: LineProps): ReactElement => (
  <div className={`log-line${isCurrent ? ' current' : ''}`} style={{ transform: `translateY(${top}px)` }}>
    <span className="log-number" aria-hidden="true">
      {number}
    </span>
    <span>
      {readLine(line).map(({ text, look }, i) => (
        <span key={i} className={classesOf(look)} style={coloursOf(look)}>
          {marked(text, sought)}
        </span>
      ))}
    </span>
  </div>
));

const classesOf = ({ colour, ground, isBold, isDim, isUnderlined }: Look): string | undefined => {
  const classes = [
    ...(typeof colour === 'number' ? [`ansi-${colour}`] : []),
    ...(typeof ground === 'number' ? [`ansi-ground-${ground}`] : []),
    ...(isBold ? ['ansi-bold'] : []),
    ...(isDim ? ['ansi-dim'] : []),
    ...(isUnderlined ? ['ansi-underlined'] : []),
  ];
  return classes.length === 0 ? undefined : classes.join(' ');
};

const coloursOf = ({ colour, ground }: Look): object | undefined =>
  typeof colour === 'string' || typeof ground === 'string'
    ? {
        ...(typeof colour === 'string' ? { color: colour } : {}),
        ...(typeof ground === 'string' ? { backgroundColor: ground } : {}),
      }
    : undefined;

const marked = (text: string, sought: string): ReactNode => {
  if (sought === '') return text;
  const parts: ReactNode[] = [];
  const folded = text.toLowerCase();
  let at = 0;
  for (let next = folded.indexOf(sought); next >= 0; next = folded.indexOf(sought, at)) {
    parts.push(text.slice(at, next), <mark key={next}>{text.slice(next, next + sought.length)}</mark>);
    at = next + sought.length;
  }
  return [...parts, text.slice(at)];
};
