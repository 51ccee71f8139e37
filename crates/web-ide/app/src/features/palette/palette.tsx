// A list to choose from by typing: commands, and files where there are some.
import { createEffect, createSignal, For, onMount, type JSX } from "solid-js";
import { rank, type Command } from "./model.ts";

export function Palette(props: { commands: Command[]; label: string; close: () => void }): JSX.Element {
  let element!: HTMLDialogElement;
  let list!: HTMLUListElement;
  let chosen = false;
  const [query, setQuery] = createSignal("");
  const [at, setAt] = createSignal(0);
  const shown = () => rank(query(), props.commands, (it) => it.title);
  onMount(() => element.showModal());
  createEffect(() => list.children[at()]?.scrollIntoView({ block: "nearest" }));

  const run = (command: Command | undefined) => {
    if (!command) return;
    // At once, not when the event comes: the command may open the next list.
    chosen = true;
    element.close();
    props.close();
    command.run();
  };
  const key = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      const count = Math.max(shown().length, 1);
      setAt((at() + step + count) % count);
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(shown()[at()]);
    }
  };
  return (
    <dialog ref={element} class="palette" aria-label={props.label} onClose={() => chosen || props.close()} onClick={(event) => event.target === element && element.close()}>
      <input
        role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={`palette-${at()}`} aria-label={props.label}
        placeholder={props.label} autocomplete="off" spellcheck={false} value={query()}
        onInput={(event) => (setQuery(event.currentTarget.value), setAt(0))} onKeyDown={key}
      />
      <ul id="palette-list" role="listbox" aria-label={props.label} ref={list}>
        <For each={shown()}>
          {(command, index) => (
            <li id={`palette-${index()}`} role="option" aria-selected={index() === at()} onClick={() => run(command)} onPointerMove={() => setAt(index())}>
              <span>{command.title}</span>
              {command.keys && <kbd>{command.keys}</kbd>}
            </li>
          )}
        </For>
      </ul>
    </dialog>
  );
}
