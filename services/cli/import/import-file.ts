import { hash } from 'node:crypto';
import { addressOf, defaultAgencyOf } from '@puebla/schemas';
import type { Cli } from '../cli.ts';
import { everybodysTokens } from '../credentials.ts';
import { CliError } from '../exit-codes.ts';
import { t } from '../language.ts';
import { plainText } from '../plain-text.ts';
import { showProgress } from '../progress.ts';
import { problemText, request, requireAnswer } from '../request.ts';
import { upload } from '../upload.ts';
import { fileFacts, fileLines } from './file.ts';
import { progressNote } from './progress-note.ts';
import { HeaderError } from './records.ts';
import { runImport } from './run.ts';
import { importSources } from './sources.ts';
import { createTally, type ImportSummary } from './tally.ts';

/** A file to import, and what it holds. */
interface Asked {
  readonly name: keyof typeof importSources;
  readonly file: string;
  /** Send every row, also those that are known to be there. */
  readonly again: boolean;
}

/**
 * Publishes what a file of published data says, each row by its country.
 * @throws CliError where the exchange is not the embedded one, does not answer, or the file is not what it should be
 */
export async function importFile(cli: Cli, { name, file, again }: Asked, url: URL): Promise<ImportSummary> {
  const tokenOf = everybodysTokens(cli);
  // Says at once, before the file is read, that there is no embedded exchange to import into.
  tokenOf('ts-office');
  const facts = await fileFacts(file);
  await requireAnswer(cli, url);
  const note = progressNote(
    cli.config.home,
    `${name}-${hash('sha256', `${facts.digest} ${url.origin}`).slice(0, 32)}`,
  );
  const bar = showProgress(cli, name, facts.lines - 1, 'rows');
  try {
    return await runImport({
      items: importSources[name].read(fileLines(file)),
      tally: createTally(
        (country) => defaultAgencyOf(country)?.id,
        ({ line, reason }) => cli.say(`${file}:${line}: ${plainText(reason)}`),
      ),
      note: again ? { ...note, read: async () => new Map() } : note,
      send: (agency, events) =>
        upload({
          url,
          token: tokenOf(agency),
          lines: events.map(({ event }) => JSON.stringify(event)),
          receipts: false,
          signal: cli.signal,
          onWait: (error, delayMs) =>
            cli.say(
              `${error.message}; ${t('trying again in', 'se intenta de nuevo en')} ${Math.ceil(delayMs / 1000)} s`,
            ),
        }),
      addressOf: ({ agency, event }) => addressOf(agency, event.id),
      isThere: (address) => isThere(cli, new URL(address, url)),
      reasonOf: ({ status, problem }) => problemText(problem, status),
      onProgress: (rows) => bar.update(rows),
    });
  } catch (error) {
    if (error instanceof HeaderError) throw new CliError('usage', `${file}: ${error.message}`);
    if (cli.signal.aborted)
      cli.say(
        t(
          'interrupted: run the same command again, and it goes on where it was',
          'interrumpido: repita el mismo comando, y sigue donde estaba',
        ),
      );
    throw error;
  } finally {
    bar.stop();
  }
}

async function isThere(cli: Cli, url: URL): Promise<boolean> {
  try {
    await (await request(cli, url)).body?.cancel();
    return true;
  } catch (error) {
    if (error instanceof CliError) return false;
    throw error;
  }
}
