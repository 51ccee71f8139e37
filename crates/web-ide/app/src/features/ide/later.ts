// What is not needed before the first keystroke, fetched soon after it: so it opens at once, and also while the line is down.

/** After the first touch: what is being opened by it comes first. */
const QUIET_MS = 1_500;

const later = [
  () => import("../git/git.tsx"),
  () => import("../git/diff.tsx"),
  () => import("../tasks/tasks.tsx"),
  () => import("../files/dialog.tsx"),
  () => import("../files/menu.tsx"),
  () => import("../lsp/finding.ts"),
  () => import("../files/upload.ts"),
  () => import("../editor/search.tsx"),
  () => import("../editor/preferences.tsx"),
  () => import("../lsp/matcher.ts"),
  () => import("../lsp/panel.tsx"),
];

/** Fetches them once somebody works here; gives the function that stops the waiting. */
export function fetchLater(): () => void {
  let timer: number | undefined;
  // One after the other: keys on their way to the slot shall not queue behind them. What fails is fetched when it is opened.
  const fetchAll = async () => {
    for (const fetch of later) await fetch().catch(() => {});
  };
  const stop = () => {
    window.removeEventListener("keydown", begin, true);
    window.removeEventListener("pointerdown", begin, true);
    window.clearTimeout(timer);
  };
  const begin = () => {
    stop();
    timer = window.setTimeout(() => void fetchAll(), QUIET_MS);
  };
  window.addEventListener("keydown", begin, true);
  window.addEventListener("pointerdown", begin, true);
  return stop;
}
