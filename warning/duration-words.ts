/** A phrase in both languages of the pages. */
export interface Words {
  zh: string;
  en: string;
}

/** A length of time in words, rounded down to whole seconds, minutes or hours. */
export function durationWords(ms: number): Words {
  const [count, zh, en] =
    ms < 120_000
      ? [Math.floor(ms / 1000), '秒', 'second']
      : ms < 7_200_000
        ? [Math.floor(ms / 60_000), '分钟', 'minute']
        : [Math.floor(ms / 3_600_000), '小时', 'hour'];
  return { zh: `${count} ${zh}`, en: `${count} ${en}${count === 1 ? '' : 's'}` };
}
