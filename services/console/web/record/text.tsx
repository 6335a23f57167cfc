import { addressOf, crossingPointOf, identityOfAddress, nameOf, subdivisionName } from '@puebla/schemas';
import { useContext } from 'preact/hooks';
import { agencyName } from '../core/directory.ts';
import { countryName } from '../core/language.ts';
import { participantName } from '../parts/names.ts';
import { OpenRecord } from './open.ts';

export interface TextProps {
  /** `<record>.<field>` of the contract. */
  readonly field: string;
  readonly text: string;
  /** In which it is written, where that is known. */
  readonly lang?: string | undefined;
}

/** A text of an event: a code by its name, an address as what opens it, and words as they are. */
export function Text({ field, text, lang }: TextProps) {
  const open = useContext(OpenRecord);
  const identity = identityOfAddress(text);
  if (identity !== undefined && addressOf(identity.agency, identity.id) === text) {
    return (
      <button type="button" class="link" onClick={() => open(nameOf(identity))}>
        {nameOf(identity)}
      </button>
    );
  }
  const name = nameOfCode(field, text);
  if (name !== undefined) return <bdi>{name}</bdi>;
  if (isWebAddress(text)) {
    return (
      <a href={text} target="_blank" rel="noreferrer noopener external">
        <bdi>{text}</bdi>
      </a>
    );
  }
  return (
    <bdi class="said" lang={lang}>
      {text}
    </bdi>
  );
}

const codes: Readonly<Record<string, (code: string) => string | undefined>> = {
  'Place.country': countryName,
  'Meeting.country': countryName,
  'Statistic.country': countryName,
  'TrainingPlace.country': countryName,
  'Place.subdivision': (code) => nameAndCode(subdivisionName(code), code),
  'Practice.appliedIn': participantName,
  'Decision.responsible': participantName,
  'Party.participant': participantName,
  'Organizer.participant': participantName,
  'OpenTo.participants': participantName,
  'Party.agencies': agencyName,
  'Repatriation.organization': agencyName,
  'Referral.from': agencyName,
  'Referral.to': agencyName,
  'Transfer.point': (code) => nameAndCode(crossingPointOf(code)?.name, code),
};

function nameOfCode(field: string, code: string): string | undefined {
  return Object.hasOwn(codes, field) ? codes[field]?.(code) : undefined;
}

function nameAndCode(name: string | undefined, code: string): string | undefined {
  return name === undefined ? undefined : `${name} (${code})`;
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
