import type { DatabaseSync } from 'node:sqlite';
import type { OngoingTrouble } from '#contracts/store-trouble.ts';

/** Notes in store.db what keeps the store from taking anything, for those who read it. */
export interface StoreTroubleNote {
  trouble(name: OngoingTrouble, at: number): void;
  none(): void;
}

/** Opens the note; it is written when it changes, not with every try. */
export function openStoreTroubleNote(db: DatabaseSync): StoreTroubleNote {
  const read = db.prepare('SELECT trouble FROM standing');
  // Since when: a store that fails in another way has not been well in between.
  const write = db.prepare(
    `INSERT INTO standing (id, trouble, since) VALUES (1, ?, ?)
     ON CONFLICT (id) DO UPDATE SET trouble = excluded.trouble`,
  );
  const clear = db.prepare('DELETE FROM standing');
  let noted = read.get()?.trouble;
  return {
    trouble: (name, at) => {
      if (noted === name) return;
      write.run(name, at);
      noted = name;
    },
    none: () => {
      if (noted === undefined) return;
      clear.run();
      noted = undefined;
    },
  };
}
