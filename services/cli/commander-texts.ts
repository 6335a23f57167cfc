import { type Argument, type Command, Help, type Option } from 'commander';
import { language } from './language.ts';

/** What Commander says of itself in help and errors, in Spanish. `$1` and so on stand for what it names. */
const spanish: readonly (readonly [RegExp, string])[] = [
  [/^Usage:/, 'Uso:'],
  [/^Arguments:/, 'Argumentos:'],
  [/^Options:/, 'Opciones:'],
  [/^Global Options:/, 'Opciones generales:'],
  [/^Commands:/, 'Comandos:'],
  [/\[options\]/, '[opciones]'],
  [/\[command\]/, '[comando]'],
  [/\(choices: /, '(se admite: '],
  [/\bdefault: /, 'si falta: '],
  [/\benv: /, 'variable: '],
  [/^error: /, 'error: '],
  [/unknown command ('.*?')/, 'no hay un comando $1'],
  [/unknown option ('.*?')/, 'no hay una opción $1'],
  [/missing required argument ('.*?')/, 'falta el argumento $1'],
  [/required option ('.*?') not specified/, 'falta la opción $1'],
  [/option ('.*?') argument missing/, 'a la opción $1 le falta su valor'],
  [/option ('.*?') argument ('[\s\S]*?') is invalid\./, 'la opción $1 no admite $2:'],
  [/command-argument value ('[\s\S]*?') is invalid for argument ('.*?')\./, 'el argumento $2 no admite $1:'],
  [/option ('.*?') cannot be used with option ('.*?')/, 'la opción $1 no va con la opción $2'],
  [
    /too many arguments( for '.*?')?\. Expected (\d+) arguments? but got (\d+)/,
    'demasiados argumentos: se espera $2, hay $3',
  ],
  [/Allowed choices are (.*)\./, 'se admite $1.'],
  [/\(Did you mean (one of )?(.*)\?\)/, '(¿Quiso decir $2?)'],
];

export function commanderText(text: string): string {
  if (language !== 'es') return text;
  return spanish.reduce((said, [english, its]) => said.replace(english, its), text);
}

const usual = new Help();

/** For `configureHelp`. */
export const helpTexts = {
  showGlobalOptions: true,
  styleTitle: commanderText,
  styleUsage: commanderText,
  subcommandTerm: (command: Command) => commanderText(usual.subcommandTerm(command)),
  optionDescription: (option: Option) => commanderText(usual.optionDescription(option)),
  argumentDescription: (argument: Argument) => commanderText(usual.argumentDescription(argument)),
};
