// How a person likes the editor; kept in the browser.

export interface Settings {
  fontSize: number;
  tabSize: number;
  wrap: boolean;
  whitespace: boolean;
  formatOnSave: boolean;
}

export const FONT_SIZES = [10, 11, 12, 13, 14, 15, 16, 18, 20, 24] as const;
export const TAB_SIZES = [2, 3, 4, 8] as const;
export const DEFAULTS: Settings = { fontSize: 13, tabSize: 2, wrap: false, whitespace: false, formatOnSave: false };
const KEY = "carrel.editor";

/** Reads what was kept; what is odd in it counts as not set. */
export function readSettings(text: string | null): Settings {
  let read: Partial<Record<keyof Settings, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(text ?? "{}");
    if (typeof parsed === "object" && parsed) read = parsed;
  } catch {
    // Kept by something else, or cut off.
  }
  const among = (value: unknown, known: readonly number[], otherwise: number): number => known.find((it) => it === value) ?? otherwise;
  const yes = (value: unknown): boolean => value === true;
  return {
    fontSize: among(read.fontSize, FONT_SIZES, DEFAULTS.fontSize),
    tabSize: among(read.tabSize, TAB_SIZES, DEFAULTS.tabSize),
    wrap: yes(read.wrap), whitespace: yes(read.whitespace), formatOnSave: yes(read.formatOnSave),
  };
}

export const loadSettings = (): Settings => {
  try {
    return readSettings(localStorage.getItem(KEY));
  } catch {
    return DEFAULTS;
  }
};

/** A browser that keeps nothing forgets them with the page. */
export function keepSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Full or forbidden.
  }
}
