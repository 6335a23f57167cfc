import { useMemo } from 'preact/hooks';
import { number, t } from '../../core/language.ts';
import { longestText, textFacts } from './asked.ts';
import { questionAt, useForm } from './context.ts';
import { codeName } from './names.ts';
import type { Described } from './notes.tsx';
import { SearchSelect } from './search-select.tsx';
import { type Path, valueAt } from './value.ts';

interface TextInputProps {
  readonly path: Path;
  readonly described: Described;
}

/** A longer one has several lines. */
const longestLine = 300;
/** Nobody counts in a text that the rules do not bound. */
const longestCounted = 100_000;

const lengths = new Map<string, number | undefined>();

/** A text, or one of a register, by what the rules say of it. */
export function TextInput({ path, described }: TextInputProps) {
  const form = useForm();
  const { data, change, kind, agencies } = form;
  const facts = useMemo(() => textFacts(questionAt(form, path), agencies), [data, agencies]);
  const longest = useMemo(() => {
    const name = `${kind.name} ${path.filter((token) => typeof token === 'string').join('/')}`;
    if (!lengths.has(name)) lengths.set(name, longestText(questionAt(form, path)));
    return lengths.get(name);
  }, [kind]);
  const held = valueAt(data, path);
  const value = typeof held === 'string' ? held : '';
  const put = (text: string): void => change(path, text);
  if (facts.is === 'code') {
    const options = facts.options.map((code) => ({ code, text: codeName(code, facts.rule) }));
    return <SearchSelect described={described} options={options} value={value} onChange={put} />;
  }
  if (facts.is === 'url')
    return (
      <input
        {...described}
        type="url"
        value={value}
        onInput={({ currentTarget }) => put(currentTarget.value)}
      />
    );
  const most = longest ?? longestCounted;
  const isLine = longest === undefined || longest <= longestLine;
  const counter = `${described.id}-count`;
  const shared = {
    ...described,
    'aria-describedby':
      [described['aria-describedby'], longest && counter].filter(Boolean).join(' ') || undefined,
    value,
    lang: languageAt(data, path),
  };
  return (
    <>
      {isLine ? (
        <input {...shared} type="text" onInput={({ currentTarget }) => put(currentTarget.value)} />
      ) : (
        <textarea {...shared} rows={5} onInput={({ currentTarget }) => put(currentTarget.value)} />
      )}
      {longest !== undefined && (
        <span id={counter} class={value.length > most ? 'counter over' : 'counter'}>
          {t('publish.count', { n: number(value.length), most: number(most) })}
        </span>
      )}
    </>
  );
}

/** Of a text that stands beside the name of its language. */
function languageAt(data: unknown, path: Path): string | undefined {
  const language = valueAt(data, [...path.slice(0, -1), 'language']);
  return typeof language === 'string' ? language : undefined;
}
