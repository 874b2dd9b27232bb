// Runs in a container: prints what its service answers to /status on the port given.
const answer = await fetch(`http://127.0.0.1:${process.argv[2]}/status`, { signal: AbortSignal.timeout(5_000) });
console.log(await answer.text());
