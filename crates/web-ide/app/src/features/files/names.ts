// Names as they may be shown: any bytes are a name, but not all of them may act on a page.

/** Of a path in a title or a message. */
const SHOWN_MAX = 400;

/** Characters that end lines, are not seen, or turn the direction of what follows. */
const ACTING = /[\0-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\uef80-\uefff]/gu;

function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  // A byte that is no text travels as one of these.
  if (code >= 0xef80 && code <= 0xefff) return `\\x${(code - 0xef00).toString(16).toUpperCase()}`;
  return `‹${code.toString(16).toUpperCase().padStart(4, "0")}›`;
}

/** A name in which everything can be seen. */
export const plain = (name: string): string => name.replace(ACTING, visible);

const cut = (text: string): string => (text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX / 2)}…${text.slice(-SHOWN_MAX / 2)}` : text);

/** A path in its parts, all of them fit to be shown. */
export function bare(path: string): { name: string; folder: string; whole: string } {
  const whole = path.replace(/\/$/, "");
  const at = whole.lastIndexOf("/");
  return { name: cut(plain(whole.slice(at + 1))), folder: cut(plain(whole.slice(0, Math.max(0, at)))), whole: cut(plain(whole)) };
}
