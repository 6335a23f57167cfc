import { useRef, useState } from 'preact/hooks';
import { askJson } from '../core/api.ts';
import { language } from '../core/language.ts';

export interface Sending {
  readonly busy: boolean;
  readonly error: unknown;
  /** Publishes an event; the same one again, after an answer that never came, is the same event. @returns whether it was kept */
  publish(event: Readonly<Record<string, unknown>>): Promise<boolean>;
  post(path: string, body: object): Promise<boolean>;
}

export function useSending(): Sending {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const last = useRef({ text: '', id: '' });
  const send = async (path: string, contentType: string, body: string): Promise<boolean> => {
    setBusy(true);
    setError(undefined);
    try {
      await askJson(path, { method: 'POST', contentType, body, language: language.value });
      return true;
    } catch (problem) {
      setError(problem);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    error,
    publish(event) {
      const text = JSON.stringify(event);
      if (last.current.text !== text) last.current = { text, id: crypto.randomUUID() };
      const body = JSON.stringify({ ...event, id: last.current.id });
      return send('/v1/events', 'application/cloudevents+json', body);
    },
    post: (path, body) => send(path, 'application/json', JSON.stringify(body)),
  };
}
