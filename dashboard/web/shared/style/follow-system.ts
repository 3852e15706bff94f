/** Draws the document dark where the phone is, light elsewhere, and follows it. */
export function followSystemColours(root: HTMLElement): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => {
    root.dataset.theme = dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', follow);
  follow();
}
