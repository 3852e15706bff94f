import { randomBytes } from 'node:crypto';
import type { DashboardTables } from '#dashboard/server/tables.ts';
import { endPerson, restorePerson } from '#registry/end-person.ts';
import { changePassword, makeAccount, makeLink } from '../make-account.ts';
import { auditProvisioning } from '../provisioning-audit.ts';
import { type Command, type CommandContext, withRegistry } from './command.ts';
import { requireCommunity, requirePerson, tableLines } from './known-rows.ts';

/** A password from standard input, or a new one, which has to be printed. */
function passwordOf({ input }: CommandContext): { password: string; isMade: boolean } {
  const given = input();
  return given ? { password: given, isMade: false } : { password: makePassword(), isMade: true };
}

/** A password that is typed once: 96 random bits. */
export function makePassword(): string {
  return randomBytes(12).toString('base64url');
}

const account: Command = {
  name: 'account',
  words: ['community', 'person', 'login'],
  options: { link: 'flag' },
  summary:
    'make an account; the password comes from standard input, or is made and printed. --link: the account is there already, and is this person of a further community, too',
  run: async ({ words: { community = '', person = '', login = '' }, options }, context) => {
    await withRegistry(context, async (db) => {
      await requirePerson(db, { community, person });
      if (options.link) {
        await makeLink(db, { community, person, login });
        context.print(`account ${login} is ${person} of ${community}, too, and chooses after signing in`);
        return;
      }
      const { password, isMade } = passwordOf(context);
      await makeAccount(db, { community, person, login, password });
      context.print(isMade ? `${login}  ${password}` : `account ${login} made`);
    });
  },
};

const list: Command = {
  name: 'person list',
  words: ['community'],
  summary: 'everybody of a community: rights, logins, and who was ended',
  run: ({ words: { community = '' } }, context) =>
    withRegistry(context, async (registry) => {
      const db = registry.$extendTables<DashboardTables>();
      await requireCommunity(registry, community);
      const people = await db.selectFrom('person').selectAll().where('community', '=', community).execute();
      const rights = Map.groupBy(
        await db.selectFrom('person_right').selectAll().where('community', '=', community).execute(),
        ({ person }) => person,
      );
      const logins = Map.groupBy(
        await db.selectFrom('account_person').selectAll().where('community', '=', community).execute(),
        ({ person }) => person,
      );
      const rows = people.map(({ id, name, enabled }) => [
        id,
        name,
        enabled === 1
          ? (rights.get(id) ?? []).map(({ role, scope }) => (scope ? `${role} of ${scope}` : role)).join(', ')
          : 'ended',
        (logins.get(id) ?? []).map(({ login }) => login).join(', '),
      ]);
      for (const line of tableLines([['person', 'name', 'rights', 'login'], ...rows])) context.print(line);
    }),
};

const end: Command = {
  name: 'person end',
  words: ['community', 'person'],
  summary: 'end a person: sign-in off, sessions ended, what they were on the way to sounds anew',
  run: ({ words: { community = '', person = '' } }, context) =>
    withRegistry(context, async (db) => {
      await requirePerson(db, { community, person });
      await db.transaction().execute(async (trx) => {
        await endPerson(trx, { community, person });
        await auditProvisioning(trx, { action: 'person.end', community, objects: [person] });
      });
      context.print(
        `${person} of ${community} is ended, and stays so until: person restore ${community} ${person}`,
      );
    }),
};

const restore: Command = {
  name: 'person restore',
  words: ['community', 'person'],
  summary: 'take an ended person back; apply the plan again for their rights',
  run: ({ words: { community = '', person = '' } }, context) =>
    withRegistry(context, async (db) => {
      await requirePerson(db, { community, person });
      await db.transaction().execute(async (trx) => {
        await restorePerson(trx, { community, person });
        await auditProvisioning(trx, { action: 'person.restore', community, objects: [person] });
      });
      context.print(
        `${person} of ${community} may sign in again; their rights come with the plan, applied again`,
      );
    }),
};

const password: Command = {
  name: 'person password',
  words: ['login'],
  summary: 'give an account another password, from standard input or made and printed; its sessions end',
  run: ({ words: { login = '' } }, context) =>
    withRegistry(context, async (db) => {
      const { password: chosen, isMade } = passwordOf(context);
      await changePassword(db, login, chosen);
      context.print(isMade ? `${login}  ${chosen}` : `account ${login} has another password`);
    }),
};

/** Commands about people and their accounts. */
export const personCommands: readonly Command[] = [account, list, end, restore, password];
