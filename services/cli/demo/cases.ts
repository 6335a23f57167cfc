import { addressOfAct, type DemoEvent, type Scene, type Script } from './act.ts';

type Step = readonly [agency: string, state: string, more?: DemoEvent['data']];

/** Steps of a case, each a whole event that follows the one before and is for all that the record names. */
function stepsOf(
  script: Script,
  name: 'referral' | 'repatriation',
  parties: readonly string[],
  data: DemoEvent['data'],
  steps: readonly Step[],
): Scene['acts'] {
  let follows: string | null = null;
  let said = data;
  return steps.map(([agency, state, more = {}]) => {
    const { outcome: _outcome, ...lasting } = { ...said, ...more };
    const audience = parties.filter((party) => party !== agency).join(',');
    const handling = { tlp: 'AMBER_STRICT', audience };
    const act = script.publish(agency, `${name}-${state.toLowerCase()}`, name, handling, {
      status: 'EXERCISE',
      caseHandle: script.handle(name),
      ...said,
      ...more,
      state,
      follows,
    });
    follows = addressOfAct(act);
    said = lasting;
    return act;
  });
}

/** From a solicitor general to UNHCR: accepted, and closed. */
export function referral(script: Script): Scene {
  const [from, to] = ['gt-pgn', 'unhcr-americas'];
  const data = {
    from,
    to,
    channel: 'Correo cifrado de protección, de ejercicio',
    needs: ['REFUGEE_PROTECTION', 'SHELTER', 'PSYCHOSOCIAL'],
    answerBy: `${script.day(2)}T00:00:00Z`,
  };
  return {
    title: 'a referral that is accepted and closed / una remisión que se acepta y se cierra',
    acts: stepsOf(script, 'referral', [from, to], data, [
      [from, 'REFERRED'],
      [to, 'ACCEPTED'],
      [to, 'CLOSED', { outcome: 'ASSISTED' }],
    ]),
  };
}

/** Two women and a child from MX to HN, by the memorandum of 2006. */
export function repatriation(script: Script): Scene {
  const sending = { participant: 'MX', agencies: ['mx-inm', 'mx-dif'] };
  const receiving = { participant: 'HN', agencies: ['hn-inm'] };
  const organization = 'iom-regional';
  const data = {
    sending,
    receiving,
    organization,
    channel: 'Canal consular seguro de ejercicio',
    agreement: 'memorandum-2006',
    people: [
      { age: 'ADULT', sex: 'FEMALE', count: 2 },
      { age: 'CHILD', sex: 'FEMALE', count: 1, determinations: 1 },
    ],
    transfer: { at: `${script.day()}T16:00:00Z`, point: 'hn-corinto' },
    transport: ['ROAD'],
    specialNeeds: [{ need: 'PSYCHOSOCIAL', count: 1 }],
    familyUnity: 'KEPT',
    consular: { state: 'MADE', at: `${script.day(-2)}T18:00:00Z` },
    protection: 'NONE',
  };
  const reception = {
    office: 'Centro de atención de ejercicio, San Pedro Sula',
    withGuardian: 1,
    withAgency: 0,
  };
  const parties = [...sending.agencies, ...receiving.agencies, organization];
  return {
    title: 'a repatriation with a child / una repatriación con una niña',
    acts: stepsOf(script, 'repatriation', parties, data, [
      ['mx-inm', 'PROPOSED'],
      ['hn-inm', 'ACKNOWLEDGED'],
      ['hn-inm', 'CONFIRMED', { reception }],
      ['mx-inm', 'IN_TRANSIT'],
      ['hn-inm', 'RECEIVED'],
    ]),
  };
}
