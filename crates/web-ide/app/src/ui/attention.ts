// Where somebody's hands are: whoever takes the focus late asks whether it is still wanted.

export interface Attention {
  /** Grows with every key and pointer that was pressed, except keys that went nowhere, and with every other way to move on. */
  presses(): number;
}

/** Watches a page; `nowhere` is what keys go to when nothing has the focus. */
export function watchPresses(page: EventTarget, nowhere: () => EventTarget | null): Attention {
  let presses = 0;
  let last: EventTarget | null = null;
  // Somebody who types ahead into nothing has not gone anywhere else.
  page.addEventListener("keydown", (event) => void (event.target !== nowhere() && presses++), true);
  page.addEventListener("pointerdown", () => void presses++, true);
  // Not every hand presses: a screen reader moves the focus. A window that is looked at again moves nothing.
  page.addEventListener("focusin", (event) => {
    if (event.target !== last) presses++;
    last = event.target;
  }, true);
  return { presses: () => presses };
}
