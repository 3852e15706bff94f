import { useTranslation } from 'react-i18next';
import { type Role, roles } from '#contracts/facts/roles.ts';
import type { PeopleList } from '#contracts/rest.ts';

type Person = PeopleList['people'][number];

/** People who may be sent, those who go to scenes by their post first; within each, in the order given. */
export function respondersFirst(people: readonly Person[]): Person[] {
  const rank = ({ roles }: Person) => (roles.includes('responder') ? 0 : 1);
  return [...people].sort((a, b) => rank(a) - rank(b));
}

const isRole = (role: string): role is Role => roles.some((one) => one === role);

/** Roles in words; one that this page does not know stands as it is. */
export function useRoleWords(): (roles: readonly string[]) => string {
  const { t, i18n } = useTranslation();
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  return (held) => list.format(held.map((role) => (isRole(role) ? t(`role.${role}`) : role)));
}
