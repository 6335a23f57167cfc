import { createContext } from 'preact';

/** Opens another event by its name, `<agency>/<id>`. */
export const OpenRecord = createContext<(name: string) => void>(() => undefined);
