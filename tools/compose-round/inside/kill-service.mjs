// Runs in a container: kills its service, as a crash would. What started the container sees it end, and its restart policy
// counts; `docker compose kill` would switch that off.
import { readFileSync } from 'node:fs';

const children = readFileSync('/proc/1/task/1/children', 'utf8').split(' ').filter(Boolean);
if (children.length === 0) throw new Error('process 1 has no child to kill');
for (const pid of children) process.kill(Number(pid), 'SIGKILL');
