/** Works that wait for a person, before everything else. */
import { useState, type ReactElement } from 'react';
import type { StatusAnswer } from '../../view/api.ts';
import type { ItemStatus } from '../../view/status.ts';
import { call } from '../data/api.ts';
import { useNow } from '../data/use.ts';
import { Icon } from '../ui/icon.tsx';
import { say, sayProblem } from '../ui/notice.tsx';
import { agoWords } from '../ui/time.ts';
import type { OnOpen } from './open.ts';

interface Props {
  readonly status: StatusAnswer;
  readonly onOpen: OnOpen;
}

export const Attention = ({ status, onOpen }: Props): ReactElement | null => {
  const waiting = status.items.filter(({ needs_attention }) => needs_attention !== null);
  const now = useNow(10_000, waiting.length > 0);
  if (waiting.length === 0) return null;
  return (
    <section className="attention" aria-labelledby="attention-name">
      <h2 id="attention-name">
        <Icon name="attention" /> Needs you <span className="badge">{waiting.length}</span>
      </h2>
      <ul>
        {waiting.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              className="link"
              onClick={() => onOpen(item.id, item.state === 'running' ? 'terminal' : 'log')}
            >
              {item.id}
            </button>
            <p className="question">{item.needs_attention?.question || 'waits for an answer'}</p>
            <span className="dim">{agoWords(item.needs_attention?.since ?? '', now)}</span>
            {item.state === 'running' ? (
              <button type="button" onClick={() => onOpen(item.id, 'terminal')}>
                Open terminal
              </button>
            ) : (
              <AnswerForm item={item} batch={status.batch_run_id} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
};

/** A work that ended with a question runs again with the answer. */
const AnswerForm = ({ item, batch }: { readonly item: ItemStatus; readonly batch: string | null }): ReactElement => {
  const [answer, setAnswer] = useState('');
  return (
    <form
      className="answer-form"
      onSubmit={(event) => {
        event.preventDefault();
        call('/retry', { body: { batch_run_id: batch, ids: [item.id], answer } }).then(
          () => say(`${item.id} goes on with the answer.`),
          sayProblem,
        );
      }}
    >
      <input
        aria-label={`Answer for ${item.id}`}
        placeholder="Answer"
        value={answer}
        onChange={({ target }) => setAnswer(target.value)}
      />
      <button type="submit" disabled={answer.trim() === ''}>
        Answer and retry
      </button>
    </form>
  );
};
