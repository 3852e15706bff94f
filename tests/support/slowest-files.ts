import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const shown = 10;

/** Seconds a test file took, with what it imports. */
function secondsOf(module: TestModule): number {
  const { collectDuration, duration, prepareDuration, setupDuration } = module.diagnostic();
  return (collectDuration + duration + prepareDuration + setupDuration) / 1000;
}

/** Tells at the end of a run what each project took and which files were the slowest. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map((module) => ({
      project: module.project.name,
      path: relative(module.project.config.root, module.moduleId),
      seconds: secondsOf(module),
    }));
    const byProject = Map.groupBy(files, ({ project }) => project);
    const lines = ['', 'Seconds a project, of all its files one after another:'];
    for (const [project, own] of byProject)
      lines.push(
        `${own
          .reduce((sum, { seconds }) => sum + seconds, 0)
          .toFixed(1)
          .padStart(8)}  ${project} (${own.length} files)`,
      );
    lines.push(`The ${Math.min(shown, files.length)} slowest files:`);
    for (const { path, seconds } of files.toSorted((a, b) => b.seconds - a.seconds).slice(0, shown))
      lines.push(`${seconds.toFixed(1).padStart(8)}  ${path}`);
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}
