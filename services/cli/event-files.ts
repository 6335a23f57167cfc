import { createReadStream } from 'node:fs';
import type { Cli } from './cli.ts';
import { CliError } from './exit-codes.ts';
import { unreadable } from './import/file.ts';
import { t } from './language.ts';
import { type Line, linesOf } from './lines.ts';

/** An event as a file has it; not yet checked, and perhaps no event at all. */
export interface FileEvent {
  readonly file: string;
  /** Line at which it stands, or with which its document begins. */
  readonly line: number;
  /** Its place in the file, from 1. */
  readonly ordinal: number;
  readonly event: unknown;
  /** What stands there is not JSON. */
  readonly damage?: string;
}

/** A single document is read whole; events of any number go in lines. */
const maxDocumentChars = 64 * 1024 * 1024;

/**
 * The events of files, one after the other: a CloudEvent, an array of them, or one a line (NDJSON, in constant memory).
 * The first line tells which: if it is an object by itself, each line is one. `-` is stdin.
 */
export async function* eventsOfFiles(cli: Cli, paths: readonly string[]): AsyncGenerator<FileEvent> {
  for (const path of paths) {
    const input = path === '-' ? cli.stdin.setEncoding('utf8') : createReadStream(path, 'utf8');
    try {
      yield* eventsOf(path, linesOf(input));
    } catch (error) {
      throw unreadable(path, error);
    }
  }
}

async function* eventsOf(file: string, lines: AsyncGenerator<Line>): AsyncGenerator<FileEvent> {
  let ordinal = 0;
  for await (const { number, text } of lines) {
    if (text.trim() === '') continue;
    const parsed = parse(text);
    if (ordinal === 0 && (!parsed.ok || Array.isArray(parsed.value))) {
      yield* documentOf(file, number, text, lines);
      return;
    }
    ordinal += 1;
    yield parsed.ok
      ? { file, line: number, ordinal, event: parsed.value }
      : {
          file,
          line: number,
          ordinal,
          event: undefined,
          damage: t('this line is not JSON', 'esta línea no es JSON'),
        };
  }
}

async function* documentOf(
  file: string,
  line: number,
  begin: string,
  rest: AsyncIterable<Line>,
): AsyncGenerator<FileEvent> {
  const texts = [begin];
  let chars = begin.length;
  for await (const { text } of rest) {
    texts.push(text);
    chars += text.length;
    if (chars > maxDocumentChars) {
      throw new CliError(
        'usage',
        t(
          `${file} is one JSON document of more than ${maxDocumentChars >> 20} MB: put its events in lines (NDJSON)`,
          `${file} es un documento JSON de más de ${maxDocumentChars >> 20} MB: ponga sus eventos en líneas (NDJSON)`,
        ),
      );
    }
  }
  const parsed = parse(texts.join('\n'));
  if (!parsed.ok) {
    yield {
      file,
      line,
      ordinal: 1,
      event: undefined,
      damage: t(`it is not JSON (${parsed.reason})`, `no es JSON (${parsed.reason})`),
    };
    return;
  }
  const events: unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  for (const [index, event] of events.entries()) yield { file, line, ordinal: index + 1, event };
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

function parse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    // Where, but not what: the text of an event is not for messages.
    const place = Error.isError(error)
      ? /at position \d+( \(line \d+ column \d+\))?/.exec(error.message)?.[0]
      : undefined;
    return { ok: false, reason: place ?? t('it ends too early', 'termina demasiado pronto') };
  }
}
