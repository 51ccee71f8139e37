// A menu at a place of the page; walked by arrow keys, closed by Escape or by looking elsewhere.
import { For, onCleanup, onMount, untrack, type JSX } from "solid-js";
import "./menu.css";

export interface Item {
  title: string;
  keys?: string;
  /** Instead of `run`: an address to save. */
  href?: string;
  name?: string;
  run?: () => void;
}

export function Menu(props: { label: string; at: { x: number; y: number }; items: Item[]; close: () => void }): JSX.Element {
  let element!: HTMLDivElement;
  // As it was when it was opened: items made anew, because a file changed, would drop the focus.
  const items = untrack(() => props.items);
  const buttons = () => [...element.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  onMount(() => {
    // Within the window, whatever corner it was asked for in.
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(4, Math.min(props.at.x, innerWidth - width - 4))}px`;
    element.style.top = `${Math.max(4, Math.min(props.at.y, innerHeight - height - 4))}px`;
    buttons()[0]?.focus();
    const elsewhere = (event: Event) => !element.contains(event.target as Node) && props.close();
    window.addEventListener("keydown", key, true);
    window.addEventListener("pointerdown", elsewhere, true);
    window.addEventListener("blur", props.close);
    onCleanup(() => {
      window.removeEventListener("keydown", key, true);
      window.removeEventListener("pointerdown", elsewhere, true);
      window.removeEventListener("blur", props.close);
    });
  });
  const key = (event: KeyboardEvent) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") props.close();
    else if (to !== undefined) all.at(to % all.length)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu" role="menu" aria-label={props.label} ref={element}>
      <For each={items}>
        {(item) =>
          item.href ? (
            <a role="menuitem" tabindex="-1" href={item.href} download={item.name} onClick={() => props.close()}>{item.title}</a>
          ) : (
            <button type="button" role="menuitem" tabindex="-1" onClick={() => (props.close(), item.run?.())}>{item.title}{item.keys && <kbd>{item.keys}</kbd>}</button>
          )
        }
      </For>
    </div>
  );
}
