// The health check of a container: exits 0 when the given address (a service's /readyz) answers 200, else 1 with the
// reason, which `docker inspect` shows.
const url = process.argv[2] ?? '';
try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  console.log((await answer.text()).trim());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.log(`${url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
