import { readdir, readFile } from 'node:fs/promises';

/** Clock ticks of the CPU times that Linux tells, in milliseconds; the same on every machine (USER_HZ). */
const tickMs = 10;

/**
 * CPU time that a process group has used since it began, milliseconds: of all its processes, and of those that have ended
 * and were waited for. A child of @millrace/testing has a group of its own, whose number is its pid.
 */
export async function groupCpuMs(group: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const used = await Promise.all(pids.map((pid) => cpuOf(pid, group)));
  return used.reduce((sum, each) => sum + each, 0);
}

async function cpuOf(pid: string, group: number): Promise<number> {
  // A process may end while the list is read.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Behind the command, which may hold anything: the group is field 5, the times are fields 14 to 17 (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (Number(fields[2]) !== group) return 0;
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0) * tickMs;
}
