/** Time zone of a community whose plan names none: the one of all of China. */
export const defaultTimezone = 'Asia/Shanghai';

/** The time zone (an IANA name) of a community, or the default where there is no such community. */
export function timezoneOf(community: { timezone: string } | undefined): string {
  return community?.timezone ?? defaultTimezone;
}
