import type { DeadStatus } from '@puebla/schemas';
import { useState } from 'preact/hooks';
import { code, number, t } from '../core/language.ts';
import { announce } from '../parts/announcer.tsx';
import { Instant } from '../parts/instant.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { ScrollX } from '../parts/scroll-x.tsx';
import { LetterDialog } from './letter.tsx';
import { type Letter, type ListedState, letterStates, reasonText, useLetters } from './letters.ts';
import { Section } from './section.tsx';

/** What nobody could read: how much of it, and to operators each letter. */
export function DeadLetters({ dead }: { readonly dead: readonly DeadStatus[] | null }) {
  const open = dead?.filter((one) => one.open > 0) ?? [];
  // The letters stay where they are while their number is not known: somebody may be looking at one.
  return (
    <Section id="dead" title={t('operations.dead')}>
      {dead === null && <p class="unknown">{t('operations.unknown')}</p>}
      {dead !== null && open.length === 0 && <p>{t('operations.noneDead')}</p>}
      {open.length > 0 && (
        <ul class="counted-kinds">
          {open.map(({ kind, open: count, oldest }) => (
            <li key={kind}>
              <strong>{number(count)}</strong> {code('Kind', kind)}
              {oldest !== null && (
                <span class="muted">
                  {' · '}
                  {t('operations.oldest')} <Instant at={oldest} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      <Listed changed={open.map(({ kind, open: count }) => `${kind} ${count}`).join()} />
    </Section>
  );
}

function Listed({ changed }: { readonly changed: string }) {
  const [state, setState] = useState<ListedState>('open');
  const [settled, setSettled] = useState(0);
  const [looked, setLooked] = useState<Letter>();
  const { letters, error } = useLetters(state, `${changed} ${settled}`);
  if (letters === 'closed') return <p class="muted">{t('operations.lettersForOperators')}</p>;
  const close = (done?: string): void => {
    setLooked(undefined);
    if (done === undefined) return;
    announce(done);
    setSettled((count) => count + 1);
    document.getElementById('dead-title')?.focus();
  };
  return (
    <>
      {error !== undefined && <ProblemNote error={error} />}
      {letters !== undefined && (
        <>
          <label class="field letters-state">
            {t('operations.letters')}
            <select
              value={state}
              onChange={({ currentTarget: { value } }) =>
                setState(letterStates.find((one) => one === value) ?? 'open')
              }
            >
              {letterStates.map((one) => (
                <option key={one} value={one}>
                  {t(`operations.letters-${one}`)}
                </option>
              ))}
            </select>
          </label>
          {letters.items.length > 0 && <Table items={letters.items} onLook={setLooked} />}
          {letters.total > letters.items.length && (
            <p class="muted">
              {t('operations.moreLetters', {
                shown: number(letters.items.length),
                total: number(letters.total),
              })}
            </p>
          )}
        </>
      )}
      {looked !== undefined && <LetterDialog key={looked.name} letter={looked} onClose={close} />}
    </>
  );
}

interface TableProps {
  readonly items: readonly Letter[];
  readonly onLook: (letter: Letter) => void;
}

function Table({ items, onLook }: TableProps) {
  return (
    <ScrollX label={t('operations.letters')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('operations.place')}</th>
            <th scope="col">{t('operations.why')}</th>
            <th scope="col">{t('operations.when')}</th>
            <th scope="col">{t('operations.state')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((letter) => (
            <tr key={letter.name} data-letter={letter.name}>
              <th scope="row">
                <button type="button" class="link" onClick={() => onLook(letter)}>
                  {letter.name}
                </button>
              </th>
              <td>{reasonText(letter.reason)}</td>
              <td>
                <Instant at={letter.time} />
              </td>
              <td>{t(`operations.letter-${letter.state}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
