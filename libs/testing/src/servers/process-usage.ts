import { readFile } from 'node:fs/promises';

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
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Behind the command, which may hold anything: utime and stime are fields 14 and 15 (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
