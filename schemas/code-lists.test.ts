import { expect, test } from 'vitest';
import cap from './code-lists/cap.json' with { type: 'json' };
import control from './code-lists/control.json' with { type: 'json' };
import exploitation from './code-lists/exploitation.json' with { type: 'json' };
import countries from './code-lists/iso-3166-1.json' with { type: 'json' };
import subdivisions from './code-lists/iso-3166-2.json' with { type: 'json' };
import legs from './code-lists/legs.json' with { type: 'json' };
import recruitment from './code-lists/recruitment.json' with { type: 'json' };
import tlp from './code-lists/tlp.json' with { type: 'json' };
import transport from './code-lists/transport.json' with { type: 'json' };
import { isCountry, isTimeZone, subdivisionsOf, timeZones, tlpMarkings, tlpOf } from './code-lists.ts';
import { participants } from './participants.ts';
import { symbolsOf } from './symbols.ts';

const symbols = (list: readonly { symbol: string }[]) => list.map((value) => value.symbol);

test.each([
  ['Exploitation', exploitation.values],
  ['Control', control.values],
  ['Recruitment', recruitment.values],
  ['Transport', transport.values],
  ['Leg', legs.values],
  ['CapStatus', cap.status],
  ['CapMessageType', cap.messageType],
  ['CapUrgency', cap.urgency],
  ['CapSeverity', cap.severity],
  ['CapCertainty', cap.certainty],
])('enum %s holds the symbols of its code list, in their order', (name, list) => {
  expect(symbolsOf(name)).toEqual(symbols(list));
});

test('the markings are those of TLP 2.0, and WHITE is taken for CLEAR', () => {
  expect(tlpMarkings).toEqual(symbols(tlp.values));
  expect(tlpOf('WHITE')).toBe('CLEAR');
  expect(tlpOf('white')).toBeUndefined();
});

test('the control list is the union of picklist and definitions', () => {
  expect(symbols(control.values)).toEqual(
    expect.arrayContaining(['RESTRICTS_MOVEMENT', 'USES_CHILDREN', 'THREATS']),
  );
  expect(control.values).toHaveLength(19);
});

test('every member has its subdivisions, each once and of its own country', () => {
  const members = participants.filter((p) => p.status === 'MEMBER').map((p) => p.code);
  expect([...members].sort()).toEqual(Object.keys(subdivisions.values).sort());
  expect([...countries.members].sort()).toEqual([...members].sort());
  for (const member of members) {
    const codes = subdivisionsOf(member) ?? [];
    expect(codes.length).toBeGreaterThan(5);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(new RegExp(`^${member}-[A-Z0-9]{1,3}$`));
  }
  expect(subdivisionsOf('CO')).toBeUndefined();
});

test('the states that take part are countries, and the others are not taken for one', () => {
  for (const { code, status } of participants) {
    expect(isCountry(code)).toBe(['MEMBER', 'OBSERVER', 'GUEST'].includes(status));
  }
  expect(countries.values).toHaveLength(249);
});

test('every time zone is one that calendars know, once, and the members have theirs', () => {
  for (const timeZone of timeZones) {
    expect(new Intl.DateTimeFormat('en', { timeZone }).format(0)).toMatch(/19(69|70)/);
  }
  expect(new Set(timeZones).size).toBe(timeZones.length);
  const places = [
    'Belize',
    'Toronto',
    'Costa_Rica',
    'Santo_Domingo',
    'El_Salvador',
    'Guatemala',
    'Tegucigalpa',
  ];
  for (const place of [...places, 'Mexico_City', 'Managua', 'Panama', 'New_York'])
    expect([place, isTimeZone(`America/${place}`)]).toEqual([place, true]);
  // Abbreviations and offsets say nothing of summer time; another spelling would be another name.
  for (const wrong of ['CST', 'EST5EDT', '-06:00', 'america/panama', 'America/Tapachula'])
    expect([wrong, isTimeZone(wrong)]).toEqual([wrong, false]);
});
