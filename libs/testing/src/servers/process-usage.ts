import { readdir, readFile } from 'node:fs/promises';

/** Bytes of memory that a process holds now (VmRSS of Linux). */
export async function residentBytes(pid: number): Promise<number> {
  return statusBytes(pid, 'VmRSS');
}

/** The most that it has held at any moment since it began (VmHWM of Linux). */
export async function peakResidentBytes(pid: number): Promise<number> {
  return statusBytes(pid, 'VmHWM');
}

async function statusBytes(pid: number, name: string): Promise<number> {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm');
  const kib = line.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`process ${pid} shows no ${name}`);
  return Number(kib) * 1024;
}

/** Clock ticks of the CPU times that Linux tells, in milliseconds; the same on every machine (USER_HZ). */
const tickMs = 10;

/** CPU time that a process has used since it began, its own and the kernel's for it. */
export async function cpuMs(pid: number): Promise<number> {
  const { own } = times(await readFile(`/proc/${pid}/stat`, 'utf8'));
  return own;
}

/**
 * The same of all processes of a group, and of those of their children that have ended and were waited for. A process that
 * `startChild` has started has a group of its own, whose number is its pid.
 */
export async function groupCpuMs(group: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // A process may end while the list is read.
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  const ofGroup = stats.map(times).filter((each) => each.group === group);
  return ofGroup.reduce((sum, { own, children }) => sum + own + children, 0);
}

/** CPU times in milliseconds; behind the command, which may hold anything, as fields 14 to 17 (proc_pid_stat(5)); 5 is the group. */
function times(stat: string): { readonly group: number; readonly own: number; readonly children: number } {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const sum = (from: number) => ((fields[from] ?? 0) + (fields[from + 1] ?? 0)) * tickMs;
  return { group: fields[2] ?? 0, own: sum(11), children: sum(13) };
}
