import { t } from './language.ts';
/** What the shell is told: one table, shown by `puebla --help` and in the README. */
export const exitCodes = {
  ok: [
    0,
    t(
      'done; also when there was nothing to show, and when tail is ended by Ctrl-C',
      'hecho; también si no había nada que mostrar, y si Ctrl-C termina tail',
    ),
  ],
  failed: [1, t('something else went wrong; the message says what', 'otra cosa falló; el mensaje dice cuál')],
  usage: [
    2,
    t(
      'the command line or the environment is wrong, or a file cannot be read',
      'el comando o el entorno están mal, o no se puede leer un archivo',
    ),
  ],
  refused: [
    3,
    t(
      'refused, and why; of several rows or events the others were kept',
      'rechazado, y por qué; de varias filas o eventos se guardaron los demás',
    ),
  ],
  unreachable: [
    4,
    t(
      'the exchange does not run, cannot be reached, or stayed unavailable',
      'el intercambio no funciona, no se alcanza, o siguió sin estar disponible',
    ),
  ],
  notFound: [
    5,
    t(
      'there is no such event or row, or none that you may read',
      'no hay tal evento o fila, o ninguno que usted pueda leer',
    ),
  ],
  notPermitted: [
    6,
    t(
      'the token is missing, wrong or expired, or the agency may not do this',
      'el token falta, está mal o venció, o la institución no puede hacer esto',
    ),
  ],
  interrupted: [
    130,
    t(
      'ended by Ctrl-C before it was done; run it again to go on',
      'terminado por Ctrl-C antes de acabar; repítalo para seguir',
    ),
  ],
} as const satisfies Record<string, readonly [number, string]>;

export type ExitName = keyof typeof exitCodes;

export const exitCodeOf = (name: ExitName): number => exitCodes[name][0];

/** Ends a command with one line for the person and a code for the shell. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}

/** The table as text. */
export function exitCodesText(): string {
  return Object.values(exitCodes)
    .map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`)
    .join('\n');
}
