import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const templates = new WeakMap<object, Buffer>();

/**
 * Makes a database file the first time and copies it afterwards: every test has a file of its own, and migrations and
 * what is the same in all of them is written once a process. A file that is there already is made as ever.
 *
 * @param key What stands in the file; the same object, the same content.
 * @param make Makes the file and closes it.
 */
export async function fromTemplate(
  key: object,
  file: string,
  make: (file: string) => Promise<void>,
): Promise<void> {
  const isNew = !existsSync(file);
  const template = templates.get(key);
  if (isNew && template) {
    writeFileSync(file, template);
    return;
  }
  await make(file);
  if (isNew) templates.set(key, readFileSync(file));
}
