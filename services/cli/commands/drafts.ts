import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { formatOf, writeList, writeOne } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { request } from '../request.ts';

const examples = `
Examples:
  $ puebla drafts list --as ppt-office/releaser
  $ puebla drafts show /v1/drafts/ppt-office/decision-7 --as ppt-office/releaser
  $ puebla drafts sign /v1/drafts/ppt-office/decision-7 --as ppt-office/releaser
  $ puebla drafts return /v1/drafts/ppt-office/decision-7 --reason "..." --as ppt-office/releaser

What needs two signatures (RED, decisions, what is sponsored, what is doubtful in a record about victims) waits here for the second: another person
with the role releaser signs it, and then it is published, or returns it with a reason: its author sends it again before it can be signed. A RED alert in danger to life is published already: it stands here
for its review, until another person confirms it (sign) or objects with a reason (return); "puebla get" reads it.
`;

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
      'See, sign and return what waits for a second signature. / Ver, firmar y devolver lo que espera una segunda firma.',
    )
    .addHelpText('after', examples);
  const ask = async (command: Command, path: string, init: RequestInit = {}): Promise<unknown> => {
    const { url, ...who } = optionsOf<Who>(command);
    const token = await requiredCallerOf(cli, who)();
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
    return (await request(cli, new URL(path, await exchangeUrl(cli, url)), { ...init, headers })).json();
  };
  const who = ['--as <agency>', 'as this agency, or agency/person'] as const;
  drafts
    .command('list')
    .description('List what waits or came back. / Lista lo que espera o fue devuelto.')
    .option(...who)
    .action(async (_own, command: Command) => {
      const { items } = (await ask(command, '/v1/drafts')) as { items: readonly Draft[] };
      await writeList(cli, formatOf(cli, optionsOf(command).output), items, [
        { title: 'DRAFT', of: ({ address }) => address },
        { title: 'KIND', of: ({ kind }) => kind },
        { title: 'STATE', of: ({ state }) => state },
        { title: 'SIGNS', of: ({ signer, maySign }) => (maySign ? `${signer} (you may)` : signer) },
        { title: 'SINCE', of: ({ time }) => time },
        { title: 'DUE', of: ({ due, overdue }) => (overdue ? `${due} (overdue)` : (due ?? '')) },
        { title: 'REASON', of: ({ reason }) => plainText(reason ?? '') },
      ]);
    });
  const one = (name: string, description: string) =>
    drafts
      .command(`${name} <draft>`)
      .description(description)
      .option(...who);
  one('show', 'Show one whole. / Muestra uno entero.').action(
    async (draft: string, _own, command: Command) => {
      const item = (await ask(command, pathOf(draft))) as object;
      await writeOne(cli, formatOf(cli, optionsOf(command).output), item, () =>
        JSON.stringify(item, null, 2),
      );
    },
  );
  one(
    'sign',
    'Sign it: it is published, or its review confirmed. / Fírmelo: se publica, o se confirma su revisión.',
  )
    .option('--time <time>', 'only what was sent at this time, as it was shown')
    .action(async (draft: string, { time }: { time?: string }, command: Command) => {
      const kept = (await ask(command, `${pathOf(draft)}/sign`, posted({ time }))) as Signed;
      await writeOne(
        cli,
        formatOf(cli, optionsOf(command).output),
        kept,
        () => `${kept.receipt === undefined ? 'confirmed' : 'published'}: ${kept.address}`,
      );
    });
  one(
    'return',
    'Return it with a reason, or object to what is published. / Devuélvalo con un motivo, u objete lo publicado.',
  )
    .requiredOption('--reason <text>', 'what is to be mended')
    .action(async (draft: string, own: { reason: string }, command: Command) => {
      const { reason } = own;
      const returned = (await ask(command, `${pathOf(draft)}/return`, posted({ reason }))) as Draft;
      await writeOne(cli, formatOf(cli, optionsOf(command).output), returned, () =>
        returned.state === 'OBJECTED' ? 'objected; its owner takes the next step' : 'returned to its author',
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

/** Throws CliError `usage` for what is no address of a draft. */
function pathOf(draft: string): string {
  const path = URL.canParse(draft) ? new URL(draft).pathname : draft;
  if (/^\/v1\/drafts\/[a-z0-9-]+\/[A-Za-z0-9._~-]+$/.test(path)) return path;
  throw new CliError(
    'usage',
    `${JSON.stringify(draft)} is no address such as /v1/drafts/ppt-office/decision-7`,
  );
}
