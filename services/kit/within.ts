/** What the work gives, unless it takes longer than that: then it rejects. The work goes on. */
export async function within<T>(ms: number, work: () => T | Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms);
  const done = Promise.resolve().then(work);
  return Promise.race([done, late.promise]).finally(() => clearTimeout(timer));
}
