import { isThreadKind, kinds, tlpMarkings } from '@puebla/schemas';
import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { helpText, t } from '../language.ts';
import { formatOf, writeList } from '../output.ts';

const examples = helpText(
  `  $ puebla kinds
  $ puebla kinds --output json`,
);

/** `puebla kinds`: what can be said here, and by whom. From the contract itself: no exchange is needed. */
export function kindsCommand(cli: Cli): Command {
  return new Command('kinds')
    .description(
      t(
        'List the kinds of events, who may publish them, and how they are handled.',
        'Muestra los tipos de eventos, quién los publica y cómo se tratan.',
      ),
    )
    .addHelpText('after', examples)
    .action(async (_own, command: Command) => {
      const items = kinds.map((kind) => ({
        kind: kind.name,
        title: kind.title,
        /** An answer is in the topic of what it answers. */
        topic: isThreadKind(kind) ? kind.topic : null,
        subject: kind.subject,
        publishers: [...Object.keys(kind.publishers), ...(kind.offices?.of ?? [])],
        tlp: {
          allowed: tlpMarkings.filter((each) =>
            [...Object.values(kind.publishers), ...(kind.offices === undefined ? [] : [kind.offices])].some(
              (of) => of.tlp.includes(each),
            ),
          ),
          default: kind.tlp,
        },
      }));
      await writeList(cli, formatOf(cli, optionsOf(command).output), items, [
        { title: t('KIND', 'TIPO'), of: ({ kind }) => kind },
        { title: t('TITLE', 'TÍTULO'), of: ({ title }) => `${title.es} / ${title.en}` },
        { title: t('TOPIC', 'TEMA'), of: ({ topic }) => topic ?? '' },
        { title: t('PUBLISHERS', 'PUBLICAN'), of: ({ publishers }) => publishers.join(' ') },
        {
          title: t('TLP (DEFAULT)', 'TLP (USUAL)'),
          of: ({ tlp }) => `${tlp.allowed.join(' ')} (${tlp.default})`,
        },
      ]);
    });
}
