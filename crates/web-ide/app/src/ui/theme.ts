// Dark, light, or what the system says; kept on this device.
import { createSignal } from "solid-js";

export type Theme = "system" | "light" | "dark";
const KEY = "carrel.theme";
const read = (): Theme => {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
};

const [theme, set] = createSignal<Theme>(read());
export { theme };

export function applyTheme(): void {
  if (theme() === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme();
}

export function setTheme(next: Theme): void {
  localStorage.setItem(KEY, next);
  set(next);
  applyTheme();
}

export const nextTheme = (): Theme => (theme() === "system" ? "dark" : theme() === "dark" ? "light" : "system");
