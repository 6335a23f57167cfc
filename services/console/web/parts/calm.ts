import { useEffect, useRef, useState } from 'preact/hooks';

/** A value that may change many times a second, as it was a moment ago; at once when `key` is another. For what is costly to draw. */
export function useCalm<Value>(value: Value, key: string, everyMs: number): Value {
  const [calm, setCalm] = useState({ value, key });
  const newest = useRef(value);
  newest.current = value;
  const isOther = calm.key !== key;
  const isBehind = !isOther && calm.value !== value;
  useEffect(() => {
    if (isOther) setCalm({ value: newest.current, key });
  }, [key]);
  useEffect(() => {
    if (!isBehind) return;
    const timer = setTimeout(() => setCalm({ value: newest.current, key }), everyMs);
    return () => clearTimeout(timer);
    // Another value may have come with the one that was set: it is behind again then.
  }, [isBehind, calm, key]);
  return isOther ? value : calm.value;
}
