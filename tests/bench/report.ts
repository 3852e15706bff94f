import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** One figure beside its baseline of the same run, and what it has to reach. */
export interface Figure {
  what: string;
  value: string;
  baseline: string;
  reach: string;
  ok: boolean;
}

/** Prints figures as a table, or as JSON with `--json`, and says by the exit code whether all were reached. */
export function report(name: string, figures: Figure[], load: string): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ name, commit, machine, load, figures }, null, 2));
  } else {
    console.log(`${name}  (commit ${commit}; ${machine})\n${load}\n`);
    console.log('| what | measured | baseline, same run | to reach | |');
    console.log('| --- | --- | --- | --- | --- |');
    for (const { what, value, baseline, reach, ok } of figures) {
      console.log(`| ${what} | ${value} | ${baseline} | ${reach} | ${ok ? 'reached' : 'NOT REACHED'} |`);
    }
  }
  process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
}
