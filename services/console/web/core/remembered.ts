/** A choice that this browser keeps: how things look, never what is in them. */
export interface Remembered<Value> {
  read(): Value | undefined;
  write(text: string): void;
}

/** @param parse undefined for what is not a value any more */
export function remembered<Value>(
  name: string,
  parse: (text: string) => Value | undefined,
): Remembered<Value> {
  const key = `puebla.${name}`;
  return {
    read() {
      // Storage may be off: the choice is then made anew each time.
      try {
        const text = localStorage.getItem(key);
        return text === null ? undefined : parse(text);
      } catch {
        return undefined;
      }
    },
    write(text) {
      try {
        localStorage.setItem(key, text);
      } catch {}
    },
  };
}
