import { useState } from 'preact/hooks';
import type { Described } from './notes.tsx';
import { codeIn, type Option } from './options.ts';

interface SearchSelectProps {
  readonly described: Described;
  readonly options: readonly Option[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** With what stands there then. */
  readonly onEnter?: (text: string) => void;
}

/** One of a long list, by typing a part of its name or its code. What is neither stays as it was typed, for the rules to refuse. */
export function SearchSelect({ described, options, value, onChange, onEnter }: SearchSelectProps) {
  const [typed, setTyped] = useState<string>();
  const list = `${described.id}-options`;
  const shown = typed ?? options.find(({ code }) => code === value)?.text ?? value;
  return (
    <>
      <input
        {...described}
        type="text"
        autocomplete="off"
        list={list}
        value={shown}
        onFocus={({ currentTarget }) => {
          setTyped(shown);
          currentTarget.select();
        }}
        onInput={({ currentTarget: { value: text } }) => {
          setTyped(text);
          onChange(codeIn(options, text) ?? text);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || onEnter === undefined) return;
          event.preventDefault();
          setTyped('');
          onEnter(event.currentTarget.value);
        }}
        onBlur={() => {
          setTyped(undefined);
          described.onBlur();
        }}
      />
      {typed !== undefined && (
        <datalist id={list}>
          {options.map(({ code, text }) => (
            <option key={code} value={text} />
          ))}
        </datalist>
      )}
    </>
  );
}
