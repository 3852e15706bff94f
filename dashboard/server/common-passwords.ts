/**
 * Whether a password is what is guessed first: one of a public list of common ones, such a one with digits or signs
 * round it (`Password2026!!`), or a short piece repeated (`abc123abc123`).
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  // The lists weigh a megabyte and are asked only where somebody chooses a password.
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const common = new Set(dictionary['passwords-common']);
  const text = password.normalize('NFKC').toLowerCase();
  const core = text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const piece = /^(.{1,8}?)\1+.{0,2}$/u.exec(text)?.[1];
  return common.has(text) || (core.length >= 4 && common.has(core)) || piece !== undefined || isRun(text);
}

/** One step from each character to the next, as in `123456789012` or `abcdefghijkl`. */
function isRun(text: string): boolean {
  const steps = [...text].slice(1).map((character, index) => {
    const step = (character.codePointAt(0) ?? 0) - (text.codePointAt(index) ?? 0);
    // After 9 comes 0.
    return /^[09]$/.test(character) && Math.abs(step) === 9 ? -step / 9 : step;
  });
  return Math.abs(steps[0] ?? 0) <= 1 && steps.every((step) => step === steps[0]);
}
