import { runProcess } from '../process.ts';

await runProcess('child', 'silent', async ({ opened }) => {
  if (process.env.CHILD_FAILS) throw new Error(`CHILD_PORT ${process.env.CHILD_FAILS} is taken`);
  const timer = setInterval(() => undefined, 1000);
  opened('timer', () => clearInterval(timer));
  return { port: Number(process.env.CHILD_PORT) || 4711 };
});
