import { type Directory, participantOfAgency, type ThreadKind, tlpMarkings, useCodes } from '@puebla/schemas';
import { code, t } from '../core/language.ts';
import { Audience } from './audience.tsx';
import type { Draft, Handling } from './event.ts';
import { useForm } from './form/context.ts';
import { InstantControl } from './form/inputs.tsx';
import { Labelled, Notes } from './form/notes.tsx';

interface HandlingProps {
  readonly draft: Draft;
  readonly directory: Directory;
  /** Something in its texts is asked about. */
  readonly isDoubtful: boolean;
  readonly onChange: (handling: Handling) => void;
}

/** Who may read it, and what is asked of them. */
export function HandlingFields({ draft, directory, isDoubtful, onChange }: HandlingProps) {
  const { kind, leave } = useForm();
  const { handling } = draft;
  const put = (pointer: string, change: Partial<Handling>): void => {
    leave(pointer);
    onChange({ ...handling, ...change });
  };
  const { tlp } = handling;
  const isWide = tlp === 'CLEAR' || tlp === 'GREEN';
  return (
    <fieldset class="group">
      <legend>{t('publish.handling')}</legend>
      <Marking kind={kind} tlp={tlp} onChange={(next) => put('/tlp', marked(handling, next))} />
      {!isWide && (
        <Audience
          tlp={tlp}
          names={handling.audience}
          directory={directory}
          onChange={(audience) => put('/audience', { audience })}
        />
      )}
      {!isWide && (
        <Labelled pointer="/ackby" label={t('publish.ackby')} required={false}>
          {(described) => (
            <InstantControl
              described={described}
              value={handling.ackby}
              onChange={(ackby) => put('/ackby', { ackby })}
            />
          )}
        </Labelled>
      )}
      <Labelled pointer="/usecode" label={t('publish.usecode')} required={false}>
        {(described) => (
          <select
            {...described}
            value={handling.usecode ?? ''}
            onChange={({ currentTarget: { value } }) =>
              put('/usecode', { usecode: value === '' ? undefined : value })
            }
          >
            <option value="">{t('publish.none')}</option>
            {useCodes.map((symbol) => (
              <option key={symbol} value={symbol}>
                {code('UseCode', symbol)}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      {kind.inDanger === true && tlp === 'RED' && (
        <p>
          <label class="choice">
            <input
              type="checkbox"
              id="f/danger"
              checked={handling.danger === 'LIFE'}
              onChange={({ currentTarget: { checked } }) =>
                put('/danger', { danger: checked ? 'LIFE' : undefined })
              }
            />
            {t('publish.danger')}
          </label>
          <Notes pointer="/danger" />
        </p>
      )}
      {(isDoubtful || handling.confirmed !== undefined) && (
        <Confirmation
          value={handling.confirmed ?? ''}
          onChange={(text) => put('/confirmed', { confirmed: text.trim() === '' ? undefined : text })}
        />
      )}
    </fieldset>
  );
}

interface MarkingProps {
  readonly kind: ThreadKind;
  readonly tlp: string | undefined;
  readonly onChange: (tlp: string) => void;
}

function Marking({ tlp, onChange }: MarkingProps) {
  return (
    <Labelled pointer="/tlp" label={t('publish.tlp')} required={true}>
      {(described) => (
        <select {...described} value={tlp} onChange={({ currentTarget: { value } }) => onChange(value)}>
          {tlpMarkings.map((marking) => (
            <option key={marking} value={marking}>
              {code('Tlp', marking)}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** What another marking does not take goes with it. */
function marked({ audience, ackby, usecode, danger, confirmed }: Handling, tlp: string): Handling {
  const isWide = tlp === 'CLEAR' || tlp === 'GREEN';
  const isNarrow = tlp === 'AMBER_STRICT' || tlp === 'RED';
  const named = isNarrow ? audience.filter((name) => participantOfAgency(name) !== undefined) : audience;
  return {
    tlp,
    audience: isWide ? [] : named,
    ackby: isWide ? undefined : ackby,
    usecode,
    danger: tlp === 'RED' ? danger : undefined,
    confirmed,
  };
}

interface ConfirmationProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function Confirmation({ value, onChange }: ConfirmationProps) {
  return (
    <Labelled pointer="/confirmed" label={t('publish.confirmed')} required={true} more="confirmed-why">
      {(described) => (
        <>
          <p id="confirmed-why" class="muted">
            {t('publish.confirmedWhy')}
          </p>
          <textarea
            {...described}
            rows={2}
            value={value}
            onInput={({ currentTarget: { value: text } }) => onChange(text)}
          />
        </>
      )}
    </Labelled>
  );
}
