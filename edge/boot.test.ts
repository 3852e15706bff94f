import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { readBootId, sinceBootMs } from './boot.ts';

it('is one clock and one boot in every process, so a new start reads on where a killed one ended', () => {
  const script = `
    import { readBootId, sinceBootMs } from ${JSON.stringify(new URL('./boot.ts', import.meta.url))};
    console.log(JSON.stringify({ boot: String(readBootId()), at: sinceBootMs() }));`;
  const before = sinceBootMs();
  const other = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
  );
  expect(other.boot).toBe(String(readBootId()));
  expect(other.at).toBeGreaterThan(before);
  expect(other.at).toBeLessThan(sinceBootMs());
});
