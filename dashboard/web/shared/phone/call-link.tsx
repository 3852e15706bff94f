/** A number that is dialled by one press, and only by that. */
export function CallLink({ number, words, isMain }: { number: string; words: string; isMain: boolean }) {
  return (
    <a className={`big-button ${isMain ? 'big-button--call' : ''}`} href={telephoneLink(number)}>
      <bdi>{words}</bdi>
    </a>
  );
}

/** The `tel:` address of a number as people write it. */
export function telephoneLink(number: string): string {
  return `tel:${number.replace(/[^0-9+*#]/g, '')}`;
}
