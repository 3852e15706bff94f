/** What cannot be seen or turns the text around it: controls, formats, separators of lines, halves of a character. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Foreign text as it may be shown: line ends and tabs stay, whatever else cannot be seen is named. */
export function visibleText(foreign: string): string {
  return foreign.replace(unseen, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `⟦U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟧`,
  );
}
