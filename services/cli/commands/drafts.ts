import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { draftPath } from '../event-address.ts';
import { exchangeUrl } from '../exchange.ts';
import { helpText, t } from '../language.ts';
import { asOption } from '../options.ts';
import { formatOf, writeList, writeOne } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla drafts list --as ppt-office/releaser
  $ puebla drafts show /v1/drafts/ppt-office/decision-7 --as ppt-office/releaser
  $ puebla drafts sign /v1/drafts/ppt-office/decision-7 --as ppt-office/releaser
  $ puebla drafts return /v1/drafts/ppt-office/decision-7 --reason "..." --as ppt-office/releaser`,
  `What needs two signatures (RED, decisions, what is sponsored, what is doubtful in a record about victims) waits here for the second: another person
with the role releaser signs it, and then it is published, or returns it with a reason: its author sends it again before it can be signed. A RED alert in danger to life is published already: it stands here
for its review, until another person confirms it (sign) or objects with a reason (return); "puebla get" reads it.`,
  `Lo que necesita dos firmas (RED, decisiones, lo patrocinado, lo dudoso en un registro sobre víctimas) espera aquí la segunda: otra persona
con el rol releaser lo firma, y entonces se publica, o lo devuelve con un motivo: quien lo escribió lo envía de nuevo antes de que pueda firmarse. Una alerta RED con peligro para la vida ya está publicada: aquí espera
su revisión, hasta que otra persona la confirma (sign) u objeta con un motivo (return); "puebla get" la lee.`,
);

interface Draft {
  readonly address: string;
  readonly kind: string;
  readonly signer: string;
  readonly time: string;
  readonly state: string;
  readonly reason: string | null;
  /** Until when it is to be reviewed. */
  readonly due: string | null;
  readonly overdue: boolean;
  readonly maySign: boolean;
}

interface Signed {
  readonly address: string;
  /** Of what was published by it; a review has none. */
  readonly receipt?: string;
}

interface Who {
  readonly as?: string;
}

/** `puebla drafts`: what waits for a second signature. */
export function draftsCommand(cli: Cli): Command {
  const drafts = new Command('drafts')
    .description(
      t(
        'See, sign and return what waits for a second signature.',
        'Ver, firmar y devolver lo que espera una segunda firma.',
      ),
    )
    .addHelpText('after', examples);
  const ask = async (command: Command, path: string, init: RequestInit = {}): Promise<unknown> => {
    const { url, ...who } = optionsOf<Who>(command);
    const token = await requiredCallerOf(cli, who)();
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
    return (await request(cli, new URL(path, await exchangeUrl(cli, url)), { ...init, headers })).json();
  };
  drafts
    .command('list')
    .description(t('List what waits or came back.', 'Lista lo que espera o fue devuelto.'))
    .option(...asOption)
    .action(async (_own, command: Command) => {
      const { items } = (await ask(command, '/v1/drafts')) as { items: readonly Draft[] };
      await writeList(cli, formatOf(cli, optionsOf(command).output), items, [
        { title: t('DRAFT', 'BORRADOR'), of: ({ address }) => address },
        { title: t('KIND', 'TIPO'), of: ({ kind }) => kind },
        { title: t('STATE', 'ESTADO'), of: ({ state }) => state },
        {
          title: t('SIGNS', 'FIRMA'),
          of: ({ signer, maySign }) =>
            maySign ? t(`${signer} (you may)`, `${signer} (usted puede)`) : signer,
        },
        { title: t('SINCE', 'DESDE'), of: ({ time }) => time },
        {
          title: t('DUE', 'PLAZO'),
          of: ({ due, overdue }) => (overdue ? t(`${due} (overdue)`, `${due} (vencido)`) : (due ?? '')),
        },
        { title: t('REASON', 'MOTIVO'), of: ({ reason }) => plainText(reason ?? '') },
      ]);
    });
  const one = (name: string, description: string) =>
    drafts
      .command(`${name} <draft>`)
      .description(description)
      .option(...asOption);
  one('show', t('Show one whole.', 'Muestra uno entero.')).action(
    async (draft: string, _own, command: Command) => {
      const item = (await ask(command, draftPath(draft))) as object;
      await writeOne(cli, formatOf(cli, optionsOf(command).output), item, () =>
        JSON.stringify(item, null, 2),
      );
    },
  );
  one(
    'sign',
    t(
      'Sign it: it is published, or its review confirmed.',
      'Fírmelo: se publica, o se confirma su revisión.',
    ),
  )
    .option(
      '--time <time>',
      t('only what was sent at this time, as it was shown', 'solo lo enviado a esta hora, como se mostró'),
    )
    .action(async (draft: string, { time }: { time?: string }, command: Command) => {
      const kept = (await ask(command, `${draftPath(draft)}/sign`, posted({ time }))) as Signed;
      await writeOne(
        cli,
        formatOf(cli, optionsOf(command).output),
        kept,
        () =>
          `${kept.receipt === undefined ? t('confirmed', 'confirmado') : t('published', 'publicado')}: ${kept.address}`,
      );
    });
  one(
    'return',
    t(
      'Return it with a reason, or object to what is published.',
      'Devuélvalo con un motivo, u objete lo publicado.',
    ),
  )
    .requiredOption('--reason <text>', t('what is to be mended', 'qué hay que corregir'))
    .action(async (draft: string, own: { reason: string }, command: Command) => {
      const { reason } = own;
      const returned = (await ask(command, `${draftPath(draft)}/return`, posted({ reason }))) as Draft;
      await writeOne(cli, formatOf(cli, optionsOf(command).output), returned, () =>
        returned.state === 'OBJECTED'
          ? t('objected; its owner takes the next step', 'objetado; su dueño da el paso siguiente')
          : t('returned to its author', 'devuelto a quien lo escribió'),
      );
    });
  return drafts;
}

function posted(body: object): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
