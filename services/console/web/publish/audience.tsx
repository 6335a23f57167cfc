import type { Directory } from '@puebla/schemas';
import { useState } from 'preact/hooks';
import { agencyName } from '../core/directory.ts';
import { code, t } from '../core/language.ts';
import { announce } from '../parts/announcer.tsx';
import { participantName } from '../parts/names.ts';
import { useForm } from './form/context.ts';
import { Labelled } from './form/notes.tsx';
import { codeIn, type Option } from './form/options.ts';
import { SearchSelect } from './form/search-select.tsx';

interface AudienceProps {
  readonly tlp: string | undefined;
  readonly names: readonly string[];
  readonly directory: Directory;
  readonly onChange: (names: readonly string[]) => void;
}

/** For whom it is: found by a part of a name, one after the other. */
export function Audience({ tlp, names, directory, onChange }: AudienceProps) {
  const { notesAt } = useForm();
  const [asked, setAsked] = useState('');
  const isNarrow = tlp !== 'AMBER';
  const options = optionsOf(directory, isNarrow);
  const textOf = (name: string): string => options.find(({ code: one }) => one === name)?.text ?? name;
  const add = (typed: string): void => {
    const found = codeIn(options, typed);
    if (found === undefined) {
      setAsked(typed);
      return;
    }
    setAsked('');
    if (!names.includes(found)) onChange([...names, found]);
    announce(t('publish.added', { what: textOf(found) }));
  };
  const remove = (name: string): void => {
    onChange(names.filter((one) => one !== name));
    announce(t('publish.removed', { what: textOf(name) }));
    document.getElementById('f/audience')?.focus();
  };
  const proposed = notesAt('/audience').flatMap(({ allowed }) => allowed ?? []);
  return (
    <div class="audience">
      <Labelled
        pointer="/audience"
        label={t(isNarrow ? 'publish.audience-agencies' : 'publish.audience')}
        required={isNarrow}
        more="audience-how"
      >
        {(described) => (
          <div class="audience-search">
            <SearchSelect
              described={described}
              options={options.filter(({ code: one }) => !names.includes(one))}
              value={asked}
              onChange={setAsked}
              onEnter={add}
            />
            <button type="button" onClick={() => add(asked)}>
              {t('publish.addReader')}
            </button>
          </div>
        )}
      </Labelled>
      <p id="audience-how" class="muted">
        {t(isNarrow ? 'publish.audienceHow-agencies' : 'publish.audienceHow')}
      </p>
      {names.length > 0 && (
        <ul class="chips" aria-label={t('publish.audience')}>
          {names.map((name) => (
            <li key={name} class="chip">
              {textOf(name)}{' '}
              <button
                type="button"
                class="plain"
                aria-label={t('publish.remove', { what: textOf(name) })}
                onClick={() => remove(name)}
              >
                ✕
              </button>
            </li>
          ))}
        </ul>
      )}
      {proposed.length > 0 && (
        <button type="button" onClick={() => onChange(proposed)}>
          {t('publish.useThese', { names: proposed.map(textOf).join(', ') })}
        </button>
      )}
    </div>
  );
}

/** At AMBER_STRICT and RED agencies alone. */
function optionsOf({ agencies, groups, participants }: Directory, isNarrow: boolean): readonly Option[] {
  const ofAgencies = [...agencies.keys()].map((id) => ({ code: id, text: agencyName(id) }));
  if (isNarrow) return ofAgencies;
  const named = (name: string, text: string): Option => ({ code: name, text: `${text} (${name})` });
  return [
    ...[...groups.keys()].map((group) => named(group, code('Audience', group))),
    ...[...participants.keys()].map((participant) => named(participant, participantName(participant))),
    ...ofAgencies,
  ];
}
