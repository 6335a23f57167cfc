/** `node health.mjs ADDRESS`: 0 when it answers 2xx within 3 s; else 1, and what it answered. For HEALTHCHECK. */
const timeoutMs = 3_000;

try {
  const response = await fetch(process.argv[2], { signal: AbortSignal.timeout(timeoutMs) });
  console.log(await response.text());
  if (!response.ok) process.exitCode = 1;
} catch (error) {
  console.log(error.cause?.message ?? error.message);
  process.exitCode = 1;
}
